// Entities for the pages: differences between organs, a name in doubt, more names than one page
// holds.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const USCC_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"; // GB 32100-2015
const ORG_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"; // GB 11714-1997
const ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

function orgCheck(body) {
  let sum = 0;
  [...body].forEach((c, i) => (sum += ORG_DIGITS.indexOf(c) * ORG_WEIGHTS[i]));
  const rest = 11 - (sum % 11);
  return rest === 10 ? "X" : rest === 11 ? "0" : String(rest);
}

function uscc(number) {
  const body = `MA${String(number).padStart(6, "0")}`;
  const first = `91410305${body}${orgCheck(body)}`;
  let sum = 0, weight = 1;
  for (const c of first) {
    sum += USCC_DIGITS.indexOf(c) * weight;
    weight = (weight * 3) % 31;
  }
  return first + USCC_DIGITS[(31 - (sum % 31)) % 31];
}

export const FOOD = "91410300MA9A00010P";
export const MACHINE = "91410305MA9KXYW162";

const csv = (rows) => rows.map((row) => row.join(",")).join("\n");
const two = (number) => String(number).padStart(2, "0");
const PEONY = "洛阳示例牡丹食品有限公司";
const shop = (i) => [uscc(i), `洛阳示例${i}号商行`, "个人独资企业", "孙示例", `${i + 1}万元`,
  `20${two(i)}-03-01`, `老城区示例街 ${i} 号`, "410302", "52", "active", "", "3", "百货零售"];

const BATCHES = [
  ["market_regulation", csv([
    ["uscc", "name", "entity_type", "legal_representative", "registered_capital", "established_on",
      "address", "division", "industry", "status", "cancelled_on", "employees", "business_scope"],
    [FOOD, PEONY, "有限责任公司", "赵示例", "300万元人民币", "2020-07-09", "孟津区麻屯镇示例路 6 号",
      "410308", "14", "active", "", "21", "糕点、面包的生产和销售；食品批发"],
    [MACHINE, "洛阳示例重型机械有限公司", "有限责任公司", "钱示例", "5000万元人民币", "2015-04-01",
      "涧西区示例路 8 号", "410305", "34", "cancelled", "2024-05-01", "120", "矿山机械的制造和销售"],
    ...Array.from({ length: 25 }, (_, i) => shop(i))])],
  ["statistics", csv([["uscc", "name", "employees", "industry"], [FOOD, PEONY, "23", "14"]])],
  ["human_resources", csv([["uscc", "name", "insured_persons", "employees"],
    [FOOD, PEONY, "21", "21"], [MACHINE, "洛阳样例机械厂", "5", "5"]])],
  ["market_regulation", csv([["uscc", "name", "registered_capital"],
    [FOOD, PEONY, "600万元人民币"]])],
];

export function prepareEntities(heluo, dir) {
  BATCHES.forEach(([organ, text], number) => {
    const file = join(dir, `entities-${number}.csv`);
    writeFileSync(file, `${text}\n`);
    const batch = `browser-${number}`;
    heluo("import", "entity", file, "--organ", organ, "--batch", batch);
  });
}

export const ENTITY_PAGES = [
  { name: "enquiry", path: "/entities" },
  { name: "enquiry-found", path: "/entities?q=%E7%A4%BA%E4%BE%8B" },
  { name: "enquiry-none", path: "/entities?q=%E5%B9%B6%E4%B8%8D%E5%AD%98%E5%9C%A8" },
  { name: "enquiry-fault", path: "/entities?q=91410300MA9A00010Q", status: 400 },
  { name: "entity", path: `/entities/${FOOD}` },
  { name: "entity-held", path: `/entities/${MACHINE}` },
  { name: "entity-absent", path: `/entities/${FOOD}?asOf=2020-01-01`, status: 404 },
  { name: "correction", path: `/entities/${FOOD}/correction?field=address` },
  { name: "reports", path: "/entities/reports" },
];
