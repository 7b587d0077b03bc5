/// Reads what people write about the pace: `5000/s`, `0..20000/s@10s`, `500@2s`.
package enum PaceText {
    package typealias Problem = DurationText.Problem

    /// Reads a rate such as `5000/s`, in purchases a second.
    ///
    /// - Throws: ``Problem`` if it is no number with `/s`, or outside of ``Scenario/Bounds/rate``.
    package static func rate(_ text: String) throws(Problem) -> Double {
        guard let rate = perSecond(text) else {
            if let bare = number(text) {
                guard Scenario.Bounds.rate.contains(bare) else { throw outside(text) }
                throw Problem("\(text) has no unit; write \(text)/s")
            }
            throw Problem("a rate such as 5000/s is wanted; found \(named(text))")
        }
        guard Scenario.Bounds.rate.contains(rate) else { throw outside(text) }
        return rate
    }

    /// Reads a ramp such as `0..20000/s@10s`: from one rate to another in that time.
    ///
    /// - Throws: ``Problem``, also for one that never starts: between rates of 0, or in no time.
    package static func ramp(_ text: String) throws(Problem) -> Rate {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let rates = halves[0].split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, rates.count == 2, let from = number(rates[0]), let to = perSecond(rates[1]) else {
            throw Problem("a ramp such as 0..20000/s@10s is wanted; found \(named(text))")
        }
        let microseconds = try DurationText.microseconds(halves[1])
        guard microseconds > 0 else {
            throw Problem(
                "\(text) takes no time; give it some, such as @10s, or use --rate for one rate from the start")
        }
        guard max(from, to) > 0 else {
            throw Problem("\(text) never starts, so nobody would ever come; one of its rates has to be above 0")
        }
        guard Scenario.Bounds.rate.contains(max(from, to)) else { throw outside(text) }
        return Rate(from: from, to: to, rampNanoseconds: UInt64(microseconds) * 1000)
    }

    /// Reads an extra rush such as `500@2s`: so many buyers, so long after the doors opened.
    ///
    /// - Throws: ``Problem``
    package static func burst(_ text: String) throws(Problem) -> Pace.Burst {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, number(halves[0]) != nil else {
            throw Problem("a rush such as 500@2s is wanted: how many buyers, and when; found \(named(text))")
        }
        let most = Scenario.Bounds.buyers
        guard let buyers = Int(halves[0]), most.contains(buyers) else {
            throw Problem("from \(most.lowerBound) to \(most.upperBound) buyers are wanted; found \(text)")
        }
        return Pace.Burst(buyers: buyers, atNanoseconds: UInt64(try DurationText.microseconds(halves[1])) * 1000)
    }

    private static func perSecond(_ text: String) -> Double? {
        text.hasSuffix("/s") ? number(text.dropLast(2)) : nil
    }

    /// A number in digits, perhaps with a fraction: no sign, no exponent, no `inf`.
    private static func number(_ text: some StringProtocol) -> Double? {
        text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") } ? Double(text) : nil
    }

    private static func outside(_ text: String) -> Problem {
        Problem("from 0.001/s to 10000000/s are possible; found \(text)")
    }

    private static func named(_ text: String) -> String { text.isEmpty ? "nothing" : text }
}
