/// Reads thresholds: `sold>=99%, p99<5ms, undersell=0, inconclusive=fail`.
///
///     list       = threshold *("," threshold)
///     threshold  = figure comparison number [unit] / "inconclusive" "=" "fail"
///     comparison = ">=" / "<=" / ">" / "<" / "="
///
/// Blanks may stand anywhere between these. Which units there are depends on the figure: a time has one, a count may be a share
/// in percent.
package struct ThresholdParser {
    /// The most thresholds of a list.
    package static let limit = 100
    /// The most digits of a number: so many a double holds exactly.
    private static let digitLimit = 15

    private let text: String
    private var rest: Substring

    private init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    /// The thresholds of a list, in its order.
    ///
    /// - Throws: ``ThresholdProblem``.
    package static func thresholds(_ text: String) throws(ThresholdProblem) -> [Threshold] {
        var parser = ThresholdParser(text)
        var thresholds: [Threshold] = []
        repeat {
            guard thresholds.count < limit else { throw parser.problem("there are more than \(limit) thresholds") }
            thresholds.append(try parser.threshold())
        } while parser.takes(",")
        return thresholds
    }

    /// What comes of a threshold that a record has the text of. One that this version cannot read is not met.
    static func again(_ text: String, of subject: ThresholdSubject) -> RunRecord.Threshold {
        guard let thresholds = try? thresholds(text), thresholds.count == 1 else {
            return .init(text, met: false, detail: "this version of stress cannot read it")
        }
        return thresholds[0].outcome(of: subject)
    }

    // MARK: Parts

    private mutating func threshold() throws(ThresholdProblem) -> Threshold {
        skipBlanks()
        let place = rest
        let name = word()
        guard !name.isEmpty else {
            throw problem("the name of a figure is wanted, such as sold or p99; found \(found(place))", at: place)
        }
        if name == "inconclusive" { return try conclusive() }
        guard let figure = ThresholdFigure.named.first(where: { $0.name == name })?.figure else {
            throw problem(unknown(String(name)), at: place)
        }
        skipBlanks()
        let signPlace = rest
        guard let comparison = Threshold.Comparison.beginning(rest) else {
            throw problem(
                "a comparison is wanted after \(name): one of >=, <=, >, < and =; found \(found(rest))", at: rest)
        }
        rest = rest.dropFirst(comparison.rawValue.count)
        guard comparison != .equal || figure.measure.isCounted else {
            throw problem(
                "\(name) is measured and not counted, so that it never equals a number; one of >=, <=, > and < is wanted",
                at: signPlace)
        }
        skipBlanks()
        let numberPlace = rest
        let (number, decimals) = try number()
        let unit = word(units: true)
        guard let scale = figure.measure.scale(of: unit) else {
            throw problem(
                "\(figure.measure.wantedUnit(name, Self.shown(numberPlace, before: rest))); found "
                    + (unit.isEmpty ? "no unit" : ForeignText.shown(unit, limit: ForeignText.nameLimit)),
                at: unit.isEmpty ? rest : numberPlace.dropFirst(Self.distance(numberPlace, rest) - unit.count))
        }
        try expectEnd(of: name)
        let written = Self.shown(numberPlace, before: rest).filter { !$0.isWhitespace }
        return Threshold(
            text: "\(name)\(comparison.rawValue)\(written)",
            wish: .figure(
                figure, comparison, wanted: Double(number) * scale.factor / decimals, isShare: scale.isShare))
    }

    private mutating func conclusive() throws(ThresholdProblem) -> Threshold {
        skipBlanks()
        guard takes("=") else { throw problem("inconclusive is followed by =fail; found \(found(rest))", at: rest) }
        skipBlanks()
        let place = rest
        let value = word()
        guard value == "fail" else {
            throw problem(
                "inconclusive=fail is all that there is: a run that proves nothing ends with 1 then, and with 2 without it, and never with 0; found \(found(place))",
                at: place)
        }
        try expectEnd(of: "inconclusive")
        return Threshold(text: "inconclusive=fail", wish: .conclusive)
    }

    private mutating func expectEnd(of name: some StringProtocol) throws(ThresholdProblem) {
        skipBlanks()
        guard rest.isEmpty || rest.first == "," else {
            throw problem("a comma or the end is wanted after what \(name) should be; found \(found(rest))", at: rest)
        }
    }

    /// The digits as one number, and the power of ten that they are divided by.
    private mutating func number() throws(ThresholdProblem) -> (digits: Int, decimals: Double) {
        let place = rest
        let whole = rest.prefix(while: Self.isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = ""
        if rest.first == ".", let next = rest.dropFirst().first, Self.isDigit(next) {
            fraction = String(rest.dropFirst().prefix(while: Self.isDigit))
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty else {
            throw problem("a number is wanted, such as 5 or 99.5; found \(found(place))", at: place)
        }
        guard whole.count + fraction.count <= Self.digitLimit, let digits = Int(whole + fraction) else {
            throw problem("a number of at most \(Self.digitLimit) digits is wanted", at: place)
        }
        return (digits, fraction.reduce(1.0) { power, _ in power * 10 })
    }

    // MARK: Characters

    /// ASCII only: other digits are no numbers here.
    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    private mutating func skipBlanks() { rest = rest.drop { $0.isWhitespace } }

    private mutating func takes(_ sign: Character) -> Bool {
        guard rest.first == sign else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Letters, digits, points and hyphens of a name; or of a unit, which may stand apart from its number.
    private mutating func word(units: Bool = false) -> String {
        if units { skipBlanks() }
        let taken = rest.prefix {
            units
                ? !$0.isWhitespace && $0 != "," : $0.isLetter || Self.isDigit($0) || $0 == "-" || $0 == "." || $0 == "_"
        }
        rest = rest.dropFirst(taken.count)
        return String(taken)
    }

    private static func shown(_ place: Substring, before rest: Substring) -> String {
        String(place[place.startIndex..<rest.startIndex])
    }

    private static func distance(_ place: Substring, _ rest: Substring) -> Int {
        place.distance(from: place.startIndex, to: rest.startIndex)
    }

    // MARK: Mistakes

    private func unknown(_ name: String) -> String {
        let names = ThresholdFigure.named.map(\.name)
        let near = NearestNames.of(name, among: names + ["inconclusive"])
        let hint =
            near.isEmpty
            ? "known are sold, undersell, gave-up, throughput, p99, purchase-p99 and more, see docs/ci.md"
            : "did you mean \(near.joined(separator: " or "))?"
        let digits = name.allSatisfy { Self.isDigit($0) } ? "; large numbers are written without commas" : ""
        return "there is no figure \(ForeignText.shown(name, limit: ForeignText.nameLimit)); \(hint)\(digits)"
    }

    private func found(_ place: Substring) -> String {
        place.isEmpty ? "nothing" : ForeignText.shown(String(place.prefix(20)), limit: 20)
    }

    private func problem(_ message: String, at place: Substring? = nil) -> ThresholdProblem {
        let place = place ?? rest
        return ThresholdProblem(
            message: message, text: text, offset: text.distance(from: text.startIndex, to: place.startIndex))
    }
}
