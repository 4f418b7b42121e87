// Draws what Chart.razor describes, in the colours of the theme. The same thing has the same colour in every chart: data name it by their role.
(() => {
    const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--kontor-${name}`).trim();
    const axis = () => ({
        axisLine: { lineStyle: { color: colour("chart-line") } }, axisTick: { show: false }, axisLabel: { color: colour("chart-text"), fontSize: 12 },
        splitLine: { lineStyle: { color: colour("chart-line") } },
    });
    const series = (data, type) => ({
        tooltip: { trigger: "axis" },
        legend: { top: 0, left: 0, icon: "roundRect", textStyle: { color: colour("chart-text"), fontSize: 12 } },
        grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
        xAxis: { type: "category", data: data.labels, ...axis() }, yAxis: { type: "value", ...axis() },
        series: data.series.map(one => ({ name: one.name, type, data: one.values, showSymbol: false, barMaxWidth: 36, color: colour(one.role) })),
    });
    const kinds = {
        lines: data => series(data, "line"),
        bars: data => series(data, "bar"),
        sankey: data => ({
            tooltip: { trigger: "item" },
            series: [{
                type: "sankey", left: 8, right: 160, top: 16, bottom: 16, nodeGap: 12,
                data: data.nodes.map(node => ({ name: node.name, itemStyle: { color: colour(node.role) } })), links: data.links,
                label: { color: colour("chart-text"), fontSize: 12 }, lineStyle: { color: "source", opacity: .25 },
            }],
        }),
    };

    const draw = element => {
        const chart = echarts.init(element, null, { renderer: "canvas" });
        const font = getComputedStyle(document.body).fontFamily;
        chart.setOption({ animation: false, textStyle: { fontFamily: font }, ...kinds[element.dataset.kind](JSON.parse(element.dataset.chart)) });
        addEventListener("resize", () => chart.resize());
    };

    document.querySelectorAll("[data-chart]").forEach(draw);
    document.addEventListener("htmx:after:swap", event => event.target.querySelectorAll?.("[data-chart]:empty").forEach(draw));
})();
