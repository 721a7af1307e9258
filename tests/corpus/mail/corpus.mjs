// All messages of the corpus: [{ name, bytes, says, error }]; error: nothing of it can be read.

import { clients } from './clients.mjs';
import { letters } from './letters.mjs';
import { limits } from './limits.mjs';
import { reports } from './reports.mjs';
import { shapes } from './shapes.mjs';

export const corpus = [...clients, ...letters, ...shapes, ...reports, ...limits];
