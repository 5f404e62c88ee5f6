#!/usr/bin/env node
// The target of PRISMA_SCHEMA_ENGINE_BINARY. Prisma starts it as a program, so plain Node must be able to run it.
import { register } from 'tsx/esm/api'

register()
await import('./src/schema-engine/main.ts')
