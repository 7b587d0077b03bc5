package import FlashSale

extension Scenario {
    /// The arguments of `stress` that make the same run once more: every flag that a strategy file or a later version could
    /// answer otherwise. There is no password in it, and no leave to do what needs leave (`--allow-remote`,
    /// `--allow-destructive`).
    ///
    /// - Parameter strategy: what `--strategy` is to say: a built-in name, or where the file is.
    package func commandLine(strategy: String) -> [String] {
        var words = ["run", "--strategy", strategy]
        func add(_ flag: String, _ value: String) { words += [flag, value] }
        if let items {
            add("--items", items.text)
            add("--choice", items.choice.description)
            if let cart = items.cart {
                add("--cart", cart.min == cart.max ? "\(cart.min)" : "\(cart.min)..\(cart.max)")
            }
        } else {
            add("--units", "\(units)")
        }
        add("--buyers", "\(buyers - pace.burstBuyers)")
        add("--purchases-per-buyer", "\(purchasesPerBuyer)")
        add("--quantity", quantity.min == quantity.max ? "\(quantity.min)" : "\(quantity.min)..\(quantity.max)")
        add("--attempts", "\(attempts)")
        add("--procs", "\(procs)")
        add("--threads", "\(threads)")
        if clients != 1 { add("--clients", "\(clients)") }
        add("--timeout", Self.duration(timeoutMilliseconds * 1000))
        if let think = thinkTimeMicroseconds {
            let (least, most) = (Self.duration(think.min), Self.duration(think.max))
            add("--think-time", least == most ? least : "\(least)..\(most)")
        }
        words.append(retryUnknown ? "--retry-unknown" : "--no-retry-unknown")
        add("--repeat-every", "\(repeatEvery ?? 0)")
        words += paceFlags
        if let gate { add("--gate", gate.rawValue) }
        words += placeFlags
        for fault in faults ?? [] { add("--fault", fault.text) }
        add("--seed", "\(seed)")
        return words
    }

    private var paceFlags: [String] {
        var words: [String] = []
        if let rate = pace.rate {
            words +=
                rate.rampNanoseconds == 0
                ? ["--rate", Self.decimal(rate.to) + "/s"]
                : [
                    "--ramp",
                    "\(Self.decimal(rate.from))..\(Self.decimal(rate.to))/s@\(Self.duration(nanoseconds: rate.rampNanoseconds))",
                ]
            words += ["--arrivals", rate.arrivals.rawValue]
        }
        for burst in pace.bursts {
            words += ["--burst", "\(burst.buyers)@\(Self.duration(nanoseconds: burst.atNanoseconds))"]
        }
        if let duration = pace.durationNanoseconds { words += ["--duration", Self.duration(nanoseconds: duration)] }
        if pace.warmUpNanoseconds > 0 { words += ["--warm-up", Self.duration(nanoseconds: pace.warmUpNanoseconds)] }
        return words
    }

    private var placeFlags: [String] {
        var words: [String] = []
        // A service that the run starts is named by its program.
        if let service, service.hasPrefix("http://") || service.hasPrefix("https://") {
            words += ["--service", service]
        }
        if redis != "embedded", redis != "none" { words += ["--redis", redis] }
        if persistence != .none { words += ["--persistence", persistence.rawValue] }
        return words
    }

    private static func duration(nanoseconds: UInt64) -> String { duration(Int(nanoseconds / 1000)) }

    private static func duration(_ microseconds: Int) -> String {
        if microseconds.isMultiple(of: 1_000_000) { return "\(microseconds / 1_000_000)s" }
        return microseconds.isMultiple(of: 1000) ? "\(microseconds / 1000)ms" : "\(microseconds)us"
    }

    /// Without an exponent, which a rate may not have.
    private static func decimal(_ number: Double) -> String {
        let text = "\(number)"
        if text.contains("e") { return number.fixed(places: 9) ?? text }
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
