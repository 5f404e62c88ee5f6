import Taro from '@tarojs/taro'
import { act } from '@testing-library/react'
import { vi } from 'vitest'
import { watchNetwork } from '../src/lib/network.ts'

/** What WeChat says of the phone's network, and what follows from it at once. */
export async function tellNetwork(isConnected: boolean): Promise<void> {
  const networkType = isConnected ? 'wifi' : 'none'
  vi.mocked(Taro.getNetworkType).mockResolvedValueOnce({ networkType } as never)
  await act(async () => watchNetwork())
}
