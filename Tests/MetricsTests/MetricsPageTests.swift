import Metrics
import Testing

@Suite struct MetricsPageTests {
    @Test("counters, gauges and histograms are written as Prometheus reads them") func text() {
        var page = MetricsPage()
        page.add(.received, value: 12)
        page.add(.outcomes, "stored", value: 10)
        page.add(.outcomes, "duplicates", value: 2)
        page.add(.cpu, value: 0.25)
        page.add(.latency, "ztf_salt2", buckets: [(0.1, 3), (1, 4)], count: 5, sum: 2.5)
        #expect(
            page.text == """
                # HELP nightjar_alerts_received_total \(Metric.received.help)
                # TYPE nightjar_alerts_received_total counter
                nightjar_alerts_received_total 12
                # HELP nightjar_alerts_total \(Metric.outcomes.help)
                # TYPE nightjar_alerts_total counter
                nightjar_alerts_total{outcome="stored"} 10
                nightjar_alerts_total{outcome="duplicates"} 2
                # HELP nightjar_latency_seconds \(Metric.latency.help)
                # TYPE nightjar_latency_seconds histogram
                nightjar_latency_seconds_bucket{topic="ztf_salt2",le="0.1"} 3
                nightjar_latency_seconds_bucket{topic="ztf_salt2",le="1"} 4
                nightjar_latency_seconds_bucket{topic="ztf_salt2",le="+Inf"} 5
                nightjar_latency_seconds_sum{topic="ztf_salt2"} 2.5
                nightjar_latency_seconds_count{topic="ztf_salt2"} 5
                # HELP process_cpu_seconds_total \(Metric.cpu.help)
                # TYPE process_cpu_seconds_total counter
                process_cpu_seconds_total 0.25

                """)
    }

    @Test("labels may hold any text, and values any number") func escaping() {
        var page = MetricsPage()
        page.add(.unfitted, "a \"quoted\"\nback\\slash", value: 1)
        for value in [Double.nan, .infinity, -.infinity, 1e300, -2] { page.add(.memory, value: value) }
        let lines = page.text.split(separator: "\n")
        #expect(lines[2] == #"nightjar_unfitted_total{reason="a \"quoted\"\nback\\slash"} 1"#)
        let values = lines.filter { $0.hasPrefix("process_resident") }.map { $0.split(separator: " ")[1] }
        #expect(values == ["NaN", "+Inf", "-Inf", "1e+300", "-2"])
    }

    @Test("names follow Prometheus' rules, and each is declared once") func names() {
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
        for metric in Metric.all {
            #expect(metric.name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil)
            #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
            #expect(metric.labels.allSatisfy { $0.wholeMatch(of: /[a-z][a-z_]*/) != nil && $0 != "le" })
        }
    }
}
