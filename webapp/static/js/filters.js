// The filters both template engines share (webapp/filters.py is the twin).

const SHANGHAI = 8 * 3600e3;
const local = time => new Date(Date.parse(time) + SHANGHAI).toISOString();

export const shanghaiDay = time => local(time).slice(0, 10);
const dayOf = value => value.length > 10 ? shanghaiDay(value) : value;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
let spoken = 'zh';
/** Dates from now on in this language, unless a template names one. */
export const speak = language => { spoken = language; };

export const filters = {
  day(value, tongue = spoken) {
    const text = dayOf(value);
    if (!text) return '';
    const [month, date] = [+text.slice(5, 7), +text.slice(8, 10)];
    return tongue === 'en' ? `${date} ${MONTHS[month - 1]}` : `${month}\u6708${date}\u65e5`;
  },
  full_day(value, tongue = spoken) {
    const [year, day] = [dayOf(value).slice(0, 4), filters.day(value, tongue)];
    return day && (tongue === 'en' ? `${day} ${year}` : `${year}\u5e74${day}`);
  },
  clock: value => value ? local(value).slice(11, 16) : '',
  path: strokes => (strokes || []).map(stroke =>
    'M' + (stroke.length === 1 ? [stroke[0], stroke[0]] : stroke).map(p => `${p[0]} ${p[1]}`).join(' L')).join(' '),
  grouped: code => code ? `${code.slice(0, 3)} ${code.slice(3)}` : '',
  short: value => value.slice(0, 8),
  percent(value) {
    const tenths = Math.floor(value * 1000 + 0.5);
    return tenths % 10 ? `${Math.floor(tenths / 10)}.${tenths % 10}%` : `${tenths / 10}%`;
  },
  without: (values, gone) => (values || []).filter(one => !(gone || []).includes(one)),
};
