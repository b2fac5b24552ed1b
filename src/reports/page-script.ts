/**
 * What runs in the page: draws every chart where its figure is. Plain JavaScript, because it is sent as it stands.
 * Texts reach the page as text nodes and as SVG text, never as HTML.
 */
export const pageScript = `'use strict';
{
  const report = JSON.parse(document.getElementById('report-data').textContent);
  const tip = document.getElementById('tip');

  const showTip = (_handler, event, _item, value) => {
    tip.hidden = value == null || value === '';
    if (tip.hidden) return;
    tip.replaceChildren(...Object.entries(value).map(([name, text]) => {
      const row = document.createElement('div');
      const label = row.appendChild(document.createElement('span'));
      label.textContent = name;
      row.append(text);
      return row;
    }));
    const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 6);
    const below = event.clientY + 14;
    const fits = below + tip.offsetHeight < document.documentElement.clientHeight;
    tip.style.left = Math.max(6, left) + 'px';
    tip.style.top = (fits ? below : event.clientY - tip.offsetHeight - 10) + 'px';
  };

  const rowsOf = (columns) => {
    const names = Object.keys(columns);
    return columns[names[0]].map((_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
  };

  report.runs.forEach((run, number) => {
    const rows = Object.fromEntries(Object.entries(run.datasets).map(([name, columns]) => [name, rowsOf(columns)]));
    for (const { name, datasets, spec } of run.charts) {
      const container = document.querySelector('#run-' + (number + 1) + ' [data-chart="' + name + '"]');
      const data = Object.fromEntries(datasets.map((set) => [set, rows[set]]));
      const { spec: compiled } = vegaLite.compile({ ...spec, datasets: data, config: report.config });
      const view = new vega.View(vega.parse(compiled), { renderer: 'svg', container, hover: true, tooltip: showTip });
      view.runAsync().then(() => { container.dataset.drawn = 'true'; });
    }
  });
}
`;
