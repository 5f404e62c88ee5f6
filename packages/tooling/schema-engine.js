#!/usr/bin/env node
// What PRISMA_SCHEMA_ENGINE_BINARY points at: Prisma starts it as a program, so it has to be one that plain Node can run.
import { register } from 'tsx/esm/api'

register()
await import('./src/schema-engine/main.ts')
