/**
 * Runs the trainer's own tests (pytest) in the environment that the product makes and pins.
 * Argument: file for the JUnit report.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

const { readEnvironment } = await import('../dist/config/environment.js');
const { ensureEnvironment } = await import('../dist/trainers/torch/environment.js');
