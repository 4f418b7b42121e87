// Draws what Chart.razor describes, in the colours of the theme.
(() => {
    const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const axis = () => ({ axisLine: { lineStyle: { color: colour("--tblr-border-color") } }, axisLabel: { color: colour("--tblr-secondary") }, splitLine: { lineStyle: { color: colour("--tblr-border-color") } } });
    const series = (data, type) => ({
        tooltip: { trigger: "axis" }, legend: { textStyle: { color: colour("--tblr-body-color") } }, grid: { left: 48, right: 16, top: 40, bottom: 28 },
        xAxis: { type: "category", data: data.labels, ...axis() }, yAxis: { type: "value", ...axis() },
        series: data.series.map(one => ({ name: one.name, type, data: one.values, showSymbol: false, stack: one.stack })),
    });
    const kinds = {
        lines: data => series(data, "line"),
        bars: data => series(data, "bar"),
        sankey: data => ({ tooltip: { trigger: "item" }, series: [{ type: "sankey", data: data.nodes, links: data.links, label: { color: colour("--tblr-body-color") }, lineStyle: { color: "gradient" } }] }),
    };

    const draw = element => {
        const chart = echarts.init(element, null, { renderer: "canvas" });
        chart.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, ...kinds[element.dataset.kind](JSON.parse(element.dataset.chart)) });
        addEventListener("resize", () => chart.resize());
    };

    document.querySelectorAll("[data-chart]").forEach(draw);
    document.addEventListener("htmx:after:swap", event => event.target.querySelectorAll?.("[data-chart]:empty").forEach(draw));
})();
