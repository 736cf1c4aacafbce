import { exitCodes } from '../../core/errors/stepdown-error.ts';
import { doctorScreen } from '../render/screens/doctor.ts';
import type { Verb } from '../verb.ts';

/** `stepdown doctor`: what this machine has and lacks. */
export const doctor: Verb = async context => {
  const app = await context.openApp();
  const checks = await app.doctor();
  const ready = checks.every(check => check.status !== 'missing');
  return {
    json: { ready, checks },
    text: screen => doctorScreen(screen, checks),
    exitCode: ready ? 0 : exitCodes.prerequisite,
  };
};
