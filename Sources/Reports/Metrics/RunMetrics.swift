package import FlashSale

/// A run's figures for those who keep figures, under the same names while it goes on and once it is judged.
package enum RunMetrics {
    /// Of a run that goes on.
    ///
    /// - Parameter progress: nil before the doors open.
    package static func text(run: String, _ scenario: Scenario, _ progress: RunProgress?) -> String {
        var families = [identity(run: run, scenario), units(scenario.units)]
        guard let progress else { return OpenMetrics.text(families) }
        families += [
            sold(progress.unitsSold), restocked(progress.restocked), elapsed(progress.elapsedSeconds),
            purchases(progress.purchases),
        ]
        if let recorded = progress.recorded {
            families.append(attempts(recorded.tally))
            if let latency = recorded.latencyUs { families.append(latencies(latency, "attempt")) }
        }
        families.append(
            MetricFamily(
                name: "stress_fault_under_way", kind: .gauge, help: "Whether a fault that has begun lasts still.",
                samples: named(progress.faults.map { ($0.fault, $0.isUnderWay ? 1 : 0) }, "fault")))
        return OpenMetrics.text(families)
    }

    /// Of one that is over: `metrics.prom`.
    package static func text(_ record: RunRecord) -> String {
        var families = [
            identity(run: record.run, record.scenario), units(record.sale.units), sold(record.sale.soldToBuyers),
            restocked(record.sale.restocked ?? 0), elapsed(record.throughput.elapsedSeconds),
            purchases(
                record.purchases.won + record.purchases.soldOut + record.purchases.gaveUp + record.purchases.refused
                    + record.purchases.failed + record.purchases.unknown + record.purchases.returned
                    + (record.purchases.lapsed ?? 0)),
            attempts(record.totals.tally), latencies(record.latencyUs.attempt, "attempt"),
            latencies(record.latencyUs.purchase, "purchase"),
        ]
        if let remaining = record.sale.remaining {
            families.append(
                MetricFamily(
                    name: "stress_units_remaining", kind: .gauge, help: "Units that were left at the end.",
                    samples: [.init(value: Double(remaining))]))
        }
        families += [
            MetricFamily(
                name: "stress_verdict", kind: .stateset, help: "What the run shows of the strategy.",
                samples: states([.upheld, .inconclusive, .violated], record.verdict, "stress_verdict")),
            MetricFamily(
                name: "stress_check", kind: .gauge, help: "The result of each check is 1.",
                samples: record.checks.map {
                    .init(labels: [("check", $0.name.rawValue), ("result", $0.result.word)], value: 1)
                }),
            MetricFamily(
                name: "stress_fault_proven", kind: .gauge, help: "Whether a planned fault was seen to have an effect.",
                samples: named((record.faults ?? []).map { ($0.fault, $0.effect == .proven ? 1 : 0) }, "fault")),
            MetricFamily(
                name: "stress_exit_code", kind: .gauge, help: "What the run ended with.",
                samples: [.init(value: Double(record.exitCode.rawValue))]),
        ]
        return OpenMetrics.text(families)
    }

    // MARK: Families

    private static func identity(run: String, _ scenario: Scenario) -> MetricFamily {
        let labels = [("run", run), ("strategy", scenario.strategy.name), ("version", Version.current)]
        return MetricFamily(
            name: "stress_run", kind: .info, help: "Which run it is.",
            samples: [.init(suffix: "_info", labels: labels.map { (name: $0.0, value: $0.1) }, value: 1)])
    }

    private static func units(_ units: Int) -> MetricFamily {
        MetricFamily(
            name: "stress_units", kind: .gauge, help: "Units when the doors opened.",
            samples: [.init(value: Double(units))])
    }

    private static func sold(_ units: Int) -> MetricFamily {
        counter("stress_units_sold", "Units that buyers were told are theirs.", units)
    }

    private static func restocked(_ units: Int) -> MetricFamily {
        counter("stress_units_restocked", "Units that were given to the sale while the doors were open.", units)
    }

    private static func purchases(_ purchases: Int) -> MetricFamily {
        counter("stress_purchases", "Purchases that ended.", purchases)
    }

    private static func counter(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
        MetricFamily(
            name: name, kind: .counter, help: help,
            samples: [.init(suffix: "_total", value: Double(max(0, value)))])
    }

    private static func elapsed(_ seconds: Double) -> MetricFamily {
        MetricFamily(
            name: "stress_elapsed_seconds", kind: .gauge, unit: "seconds", help: "Since the doors opened.",
            samples: [.init(value: seconds)])
    }

    private static func attempts(_ tally: Tally) -> MetricFamily {
        MetricFamily(
            name: "stress_attempts", kind: .counter, help: "Attempts that ended, by how.",
            samples: Outcome.allCases.map {
                .init(suffix: "_total", labels: [("outcome", $0.word)], value: Double(tally[$0]))
            })
    }

    /// - Parameter subject: what the latency is of, in one word.
    private static func latencies(_ latency: RunRecord.Latency, _ subject: String) -> MetricFamily {
        var samples: [MetricFamily.Sample] = []
        let quantiles = [("0.5", latency.p50), ("0.9", latency.p90), ("0.99", latency.p99), ("0.999", latency.p999)]
        for case let (name, value?) in quantiles {
            samples.append(.init(labels: [("quantile", name)], value: value / 1e6))
        }
        samples.append(.init(suffix: "_count", value: Double(latency.samples)))
        samples.append(.init(suffix: "_sum", value: (latency.mean ?? 0) / 1e6 * Double(latency.samples)))
        return MetricFamily(
            name: "stress_\(subject)_latency_seconds", kind: .summary, unit: "seconds",
            help: "How long an \(subject) took.".replacing("an purchase", with: "a purchase"), samples: samples)
    }

    // MARK: Samples

    private static func states(
        _ all: [CheckResult.Result], _ current: CheckResult.Result, _ name: String
    ) -> [MetricFamily.Sample] {
        all.map { .init(labels: [(name, $0.word)], value: $0 == current ? 1 : 0) }
    }

    /// A label tells samples apart, so that of two faults with one name it is 1 where it is so for one of them.
    private static func named(_ things: [(String, Double)], _ label: String) -> [MetricFamily.Sample] {
        var order: [String] = []
        var values: [String: Double] = [:]
        for (name, value) in things {
            if values[name] == nil { order.append(name) }
            values[name] = max(values[name] ?? 0, value)
        }
        return order.map { .init(labels: [(label, $0)], value: values[$0] ?? 0) }
    }
}
