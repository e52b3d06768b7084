import { expect, test } from 'vitest'
import { endedBefore, endedNow, mountText, probeText, volumeText } from './described'

test('a probe is told as kubectl tells it, with what the API takes where it says nothing', () => {
  expect(probeText({ httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 })).toBe('http-get :8080/healthz delay=0s timeout=1s period=5s #failure=3')
  expect(probeText({ httpGet: { port: 'web', scheme: 'HTTPS' } })).toContain('https-get :web/ ')
  expect(probeText({ tcpSocket: { port: 5432 }, failureThreshold: 6 })).toBe('tcp-socket :5432 delay=0s timeout=1s period=10s #failure=6')
  expect(probeText({ exec: { command: ['cat', '/tmp/up'] } })).toContain('exec [cat /tmp/up]')
})

test('a volume says where it comes from and its name there', () => {
  expect(volumeText({ name: 'config', configMap: { name: 'web-config' } })).toBe('configMap web-config')
  expect(volumeText({ name: 'tls', secret: { secretName: 'web-tls' } })).toBe('secret web-tls')
  expect(volumeText({ name: 'data', persistentVolumeClaim: { claimName: 'web-data' } })).toBe('persistentVolumeClaim web-data')
  expect(volumeText({ name: 'tmp', emptyDir: {} })).toBe('emptyDir')
  expect(volumeText({ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'root-ca' } }] } })).toBe('projected: serviceAccountToken token, configMap root-ca')
})

test('a mount says where, of which volume, and that it is only read', () => {
  expect(mountText({ mountPath: '/etc/web', name: 'config', readOnly: true })).toBe('/etc/web from config (ro)')
})

test('how a run ended is told of this run and of the one before apart', () => {
  const status = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-03-01T21:00:00Z' } } }
  expect(endedNow(status)).toBeNull()
  expect(endedBefore(status)).toEqual({ reason: 'OOMKilled', exitCode: '137', at: '2026-03-01T21:00:00Z', message: undefined })
})
