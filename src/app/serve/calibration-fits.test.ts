import { describe, expect, it } from 'vitest';
import type { CascadeCalibration } from '../../stages/cascade/calibration.ts';
import { requireCalibrationOf } from './calibration-fits.ts';

const own = 'a'.repeat(64);
const calibration = (servers?: { upstream: string; model: string }[]) =>
  ({
    specialist: { name: 'triage', hash: own },
    ...(servers ? { servedBy: { servers, logprobs: true } } : {}),
  }) as unknown as CascadeCalibration;
const target = (upstream: string, model?: string) => ({ upstream, weight: 1, ...(model ? { model } : {}) });
const two = [
  { upstream: 'gpu-1', model: 'triage' },
  { upstream: 'gpu-2', model: 'triage' },
];

describe('a calibration', () => {
  it('of other weights, another prompt or another schema is refused, with both hashes', () => {
    const refusal = () => requireCalibrationOf('support', calibration(), 'b'.repeat(64), undefined);
    expect(refusal).toThrow(/triage aaaaaaaa, not for bbbbbbbb: its weights, prompt or task/);
    expect(refusal).toThrow(
      expect.objectContaining({
        code: 'calibration-foreign',
        hint: 'Run `stepdown cascade calibrate` for this specialist.',
      }),
    );
  });

  it('serves the servers it was made with, any of them, by the names of their models', () => {
    requireCalibrationOf('triage', calibration(two), own, [target('gpu-2')]);
    requireCalibrationOf('support', calibration(two), own, [
      target('gpu-1', 'triage'),
      target('gpu-2', 'triage'),
    ]);
    requireCalibrationOf('support', calibration(), own, undefined);
  });

  it.each([
    ['made in this process, for a server', undefined, [target('gpu-1', 'triage')]],
    ['made on a server, for this process', two, undefined],
    ['made with one server, for another', two, [target('gpu-1', 'triage'), target('gpu-3', 'triage')]],
    ['made with one model of a server, for another', two, [target('gpu-1', 'triage-v2')]],
  ])('%s, is refused', (_name, servers, targets) => {
    expect(() => requireCalibrationOf('support', calibration(servers), own, targets)).toThrow(
      expect.objectContaining({ code: 'calibration-of-other-server' }),
    );
  });
});
