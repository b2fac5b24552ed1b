/**
 * What runs in the page: draws every chart where its figure is, lets some be zoomed, and sorts tables. Plain JavaScript,
 * because it is sent as it stands. Texts reach the page as text nodes and as SVG text, never as HTML.
 */
import { FIRST_TIME } from './section.ts';

export const pageScript = `'use strict';
{
  const report = JSON.parse(document.getElementById('report-data').textContent);
  const tip = document.getElementById('tip');
  const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  const showTip = (_handler, event, _item, value) => {
    tip.hidden = value == null || value === '';
    if (tip.hidden) return;
    tip.replaceChildren(...Object.entries(value).map(([name, text]) => {
      const row = document.createElement('div');
      row.append(make('span', name), text);
      return row;
    }));
    const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 6);
    const below = event.clientY + 14;
    const fits = below + tip.offsetHeight < document.documentElement.clientHeight;
    tip.style.left = Math.max(6, left) + 'px';
    tip.style.top = (fits ? below : event.clientY - tip.offsetHeight - 10) + 'px';
  };

  /* Charts, one after the other: the page can be read while they are drawn. */
  const rowsOf = (columns) => {
    const names = Object.keys(columns);
    return columns[names[0]].map((_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
  };
  const waiting = report.runs.flatMap(({ charts, datasets }, number) =>
    charts.map((chart) => ({ ...chart, columns: datasets, run: document.getElementById('run-' + (number + 1)) })));
  const draw = ({ name, program, datasets, columns, run }) => {
    const container = run.querySelector('[data-chart="' + name + '"]');
    const view = new vega.View(vega.parse(program), { renderer: 'svg', container, hover: true, tooltip: showTip });
    for (const set of datasets) view.data(set, rowsOf(columns[set]));
    view.run();
    container.dataset.drawn = 'true';
    const zoomed = program.signals.find((signal) => signal.name === 'zoom_tuple_fields')?.value;
    if (zoomed) addZoom(container, view, zoomed);
  };
  const drawNext = () => {
    if (waiting.length === 0) return;
    draw(waiting.shift());
    requestAnimationFrame(drawNext);
  };
  addEventListener('beforeprint', () => { while (waiting.length > 0) draw(waiting.shift()); });

  /* What wheel and pointer do to a chart, for keys and fingers. */
  const moves = [
    ['zoom in', '+', 0.25, -0.25],
    ['zoom out', '\\u2212', -0.5, 0.5],
    ['earlier', '\\u2190', -0.4, -0.4],
    ['later', '\\u2192', 0.4, 0.4],
    ['all of it', 'reset'],
  ];
  const addZoom = (container, view, fields) => {
    const bar = container.parentElement.insertBefore(document.createElement('div'), container);
    bar.className = 'zoom';
    for (const [title, sign, left, right] of moves) {
      const button = bar.appendChild(make('button', sign));
      Object.assign(button, { type: 'button', title, ariaLabel: title });
      button.addEventListener('click', () => {
        for (const { field, channel } of fields) {
          const [low, high] = view.scale(channel).domain().map(Number);
          const moved = channel === 'x' ? [low + left * (high - low), high + right * (high - low)] : [low, high];
          view.signal('zoom_' + field, left === undefined ? null : moved);
        }
        view.run();
      });
    }
  };

  /* Tables. */
  const cellText = (value) => {
    if (typeof value !== 'number') return value ?? '';
    return value > ${FIRST_TIME} ? new Date(value).toISOString().slice(0, 23).replace('T', ' ') : String(value);
  };
  const fill = (holder, columns) => {
    const body = holder.querySelector('tbody');
    const all = Object.values(columns);
    if (body.rows.length === all[0].length) return;
    const classes = [...body.rows[0].cells].map((cell) => cell.className);
    body.replaceChildren(...all[0].map((_, i) => {
      const row = document.createElement('tr');
      row.append(...all.map((values, k) => Object.assign(make('td', cellText(values[i])), { className: classes[k] })));
      return row;
    }));
    holder.querySelector('caption span').textContent = holder.dataset.rows;
    holder.firstElementChild.classList.add('long');
  };
  report.runs.forEach(({ datasets }, number) => {
    for (const details of document.querySelectorAll('#run-' + (number + 1) + ' details.data')) {
      details.addEventListener('toggle', () => {
        for (const holder of details.querySelectorAll('[data-rows]')) fill(holder, datasets[holder.dataset.rows]);
      }, { once: true });
    }
  });

  /* A number, money, a share or a duration as a number to sort by; NaN for a text. */
  const units = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86400 };
  const sizeOf = (text) => {
    const plain = text.replaceAll('\\u2212', '-').replaceAll(',', '').trim();
    const parts = [...plain.matchAll(/([\\d.]+) (ms|s|min|h|d)\\b/g)];
    if (parts.length > 0) return parts.reduce((sum, [, value, unit]) => sum + value * units[unit], 0);
    const number = /^[<>]?([-+]?)[^\\d\\s-]{0,3}(\\d+(?:\\.\\d+)?(?:e[-+]?\\d+)?)(?:%| [A-Z]{3}|$)/.exec(plain);
    return number ? (number[1] === '-' ? -1 : 1) * number[2] : NaN;
  };
  const sortBy = (head, column) => {
    const body = head.closest('table').tBodies[0];
    const downwards = head.getAttribute('aria-sort') !== 'descending';
    for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', downwards ? 'descending' : 'ascending');
    const keys = new Map([...body.rows].map((row) => {
      const text = row.cells[column].textContent;
      return [row, { text, size: sizeOf(text) }];
    }));
    body.append(...[...keys.keys()].sort((one, two) => {
      const [a, b] = [keys.get(one), keys.get(two)];
      /* What has no number stands last either way. */
      if (Number.isNaN(a.size) !== Number.isNaN(b.size)) return Number.isNaN(a.size) ? 1 : -1;
      const difference = Number.isNaN(a.size) ? (a.text < b.text ? -1 : a.text > b.text ? 1 : 0) : a.size - b.size;
      return downwards ? -difference : difference;
    }));
  };
  for (const head of document.querySelectorAll('thead th')) {
    const button = make('button', head.textContent);
    button.type = 'button';
    head.replaceChildren(button);
    button.addEventListener('click', () => sortBy(head, head.cellIndex));
  }

  drawNext();
}
`;
