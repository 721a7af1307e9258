// SPDX-License-Identifier: AGPL-3.0-or-later
// Documents made safe, each beside what the bare tool takes over the same file, in one run: medians. The program
// starts its sandboxes as the press does; what it takes to start itself is part of each figure.

import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD } from '../harness/places.mjs';
import { docx, letterPdf, paragraph } from '../harness/samples.mjs';
import { picturePdf, scanned } from '../harness/scans.mjs';
import { run } from '../harness/spawn.mjs';
import { folder, test } from '../harness/test.mjs';
import { figure, median, progress } from './figures.mjs';

const TIMES = Number(process.env.BENCH_TIMES ?? 5);
const WIDTH = 4000;
const HEIGHT = 3000;
const env = { ...process.env, LC_ALL: 'C.UTF-8', OMP_THREAD_LIMIT: '1' };
const LINE = 'We went to the seaside in the summer, and it was lovely; she found a crab and called it Gerald.';
const PAGE = Array.from({ length: 30 }, (_, i) => `${i} ${LINE}`.slice(0, 78));

// Twelve megapixels with the detail of a photo, as a PPM.
function photo(file) {
    const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
    for (let y = 0, at = 0; y < HEIGHT; y++)
        for (let x = 0; x < WIDTH; x++) {
            const noise = Math.imul(x * 73856093 ^ y * 19349663, 2654435761) >>> 28;
            pixels[at++] = (x * 200 / WIDTH + noise) & 255;
            pixels[at++] = (y * 200 / HEIGHT + noise * 2) & 255;
            pixels[at++] = (128 + 100 * Math.sin(x / 240) * Math.cos(y / 180)) & 255;
        }
    writeFileSync(file, Buffer.concat([Buffer.from(`P6\n${WIDTH} ${HEIGHT}\n255\n`), pixels]));
}

async function seconds(work) {
    const all = [];
    for (let i = 0; i < TIMES; i++) {
        const from = performance.now();
        await work();
        all.push((performance.now() - from) / 1000);
    }
    return median(all);
}

// The most resident memory of any process in a sandbox meanwhile, in MiB.
function watchMemory() {
    let most = 0;
    const look = () => {
        for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
            try {
                const status = readFileSync(`/proc/${pid}/status`, 'utf8');
                if (/^Name:\s+(letterbox-clean|soffice)/m.test(status))
                    most = Math.max(most, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
            } catch { /* it has ended */ }
    };
    const timer = setInterval(look, 15);
    return () => {
        clearInterval(timer);
        return most;
    };
}

test('sanitise', async () => {
    const home = folder('samples');
    const out = join(home, 'out');
    const at = (name) => join(home, name);
    const ppm = at('photo.ppm');
    progress('samples are made');
    photo(ppm);
    await run(['vips', 'jpegsave', ppm, at('photo.jpg'), '--Q', '88'], { env });
    await run(['heif-enc', '-q', '50', at('photo.jpg'), '-o', at('photo.heic')], { env });
    writeFileSync(at('letter.docx'), docx(Array.from({ length: 60 }, (_, i) => paragraph(`${i} ${LINE}`)).join('')));
    writeFileSync(at('one.pdf'), letterPdf([PAGE]));
    writeFileSync(at('ten.pdf'), letterPdf(Array.from({ length: 10 }, () => PAGE)));
    writeFileSync(at('scan.pdf'), picturePdf(await scanned(home, PAGE)));

    const sanitise = async (name, ...more) => {
        rmSync(out, { recursive: true, force: true });
        mkdirSync(out);
        await run([join(BUILD, 'letterboxctl'), 'sanitise', '--out', out, ...more], { input: readFileSync(at(name)), timeout: 150_000 });
    };
    const outBytes = () => readdirSync(out).filter((name) => name.startsWith('page-'))
        .reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
    const compare = async (name, file, options, bare, pages = 1) => {
        progress(name);
        const memory = watchMemory();
        const took = await seconds(() => sanitise(file, ...options));
        const most = memory();
        const bareTook = await seconds(bare);
        figure(`sanitise_${name}`, took / pages, 's', 3);
        figure(`bare_${name}`, bareTook / pages, 's', 3);
        figure(`sanitise_${name}_bytes`, outBytes() / statSync(at(file)).size, 'times', 2);
        figure(`sanitise_${name}_memory`, most, 'MiB');
    };
    const tool = (...words) => run(words, { env, timeout: 120_000 });

    await compare('jpeg_12mp', 'photo.jpg', ['--no-words'],
        () => tool('vips', 'jpegsave', at('photo.jpg'), at('bare.jpg'), '--Q', '88', '--strip'));
    await compare('jpeg_12mp_with_words', 'photo.jpg', [],
        () => tool('tesseract', at('photo.jpg'), at('bare'), '--psm', '11'));
    await compare('heic_12mp', 'photo.heic', ['--no-words'],
        () => tool('vips', 'jpegsave', at('photo.heic'), at('bare.jpg'), '--Q', '85', '--strip'));
    await compare('docx_2_pages', 'letter.docx', [],
        () => tool('soffice', `-env:UserInstallation=file://${at('profile')}`, '--headless', '--norestore', '--convert-to', 'pdf',
            '--outdir', home, at('letter.docx')));
    await compare('pdf_text_one_page', 'one.pdf', [], () => tool('pdftoppm', '-r', '150', '-png', at('one.pdf'), at('bare')));
    await compare('pdf_text_page_of_ten', 'ten.pdf', [], () => tool('pdftoppm', '-r', '150', '-png', at('ten.pdf'), at('bare')), 10);
    await compare('pdf_scanned_page', 'scan.pdf', [], async () => {
        await tool('pdftoppm', '-r', '150', '-gray', '-singlefile', at('scan.pdf'), at('bare'));
        await tool('tesseract', at('bare.pgm'), at('bare'), '--dpi', '150');
    });
}, { timeout: 900_000 });
