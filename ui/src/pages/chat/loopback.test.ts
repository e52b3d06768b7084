import { expect, test } from 'vitest'
import { isLoopback } from './loopback'

test.each(['localhost', 'kubechat.localhost', '127.0.0.1', '127.8.0.1', '[::1]'])('%s leads to the machine that asks', (name) => expect(isLoopback(name)).toBe(true))
test.each(['kubechat.example', '10.0.0.1', 'localhost.example', '[::2]', '1270.0.0.1'])('%s does not', (name) => expect(isLoopback(name)).toBe(false))
