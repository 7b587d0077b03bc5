/// Reads faults as people write them: `crash-redis@30%`, `freeze-redis@1s+200ms`, `lose-replies@0s:5%`.
package enum FaultText {
    /// What is wrong with it, for the user.
    package struct Problem: Error, Equatable {
        package var message: String
        init(_ message: String) { self.message = message }
    }

    private static let form = "KIND@WHEN[+LENGTH][:SHARE], such as crash-redis@30% or lose-replies@0s:5%"

    /// - Throws: ``Problem`` for an unknown kind, and for what the kind does not take.
    package static func fault(_ text: String) throws(Problem) -> Fault {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let kind = FaultKind(rawValue: halves[0]) else {
            let hint = hint(for: halves[0])
            throw Problem(
                "no fault is called \(shown(halves[0])); \(hint)\(hint.hasSuffix("?") ? "" : ".") The form is \(form)")
        }
        guard halves.count == 2 else {
            throw Problem("when is wanted: \(kind.rawValue)@30% (of the units sold) or \(kind.rawValue)@500ms")
        }
        var rest = halves[1]
        var share: Double?
        if let colon = rest.firstIndex(of: ":") {
            share = try percent(String(rest[rest.index(after: colon)...]), of: kind)
            rest = String(rest[..<colon])
        }
        var length: UInt64?
        if let plus = rest.firstIndex(of: "+") {
            length = try nanoseconds(String(rest[rest.index(after: plus)...]), "how long")
            rest = String(rest[..<plus])
            guard kind.description.length != nil else {
                throw Problem(
                    "\(kind.rawValue) is over at once, so it takes no length (+\(text.split(separator: "+").last ?? ""))"
                )
            }
            guard length != 0 else { throw Problem("+0s: a fault that lasts no time has no effect") }
        }
        return Fault(kind, at: try moment(rest), lengthNanoseconds: length, share: share)
    }

    private static func moment(_ text: String) throws(Problem) -> Fault.Moment {
        guard text.hasSuffix("%") else { return .time(nanoseconds: try nanoseconds(text, "when")) }
        guard let number = Double(text.dropLast()), (0...100).contains(number) else {
            throw Problem("when: a share of the units sold from 0% to 100% is wanted; found \(shown(text))")
        }
        return .sold(share: number / 100)
    }

    private static func percent(_ text: String, of kind: FaultKind) throws(Problem) -> Double {
        guard kind.description.share != nil else {
            throw Problem("\(kind.rawValue) takes no share (:\(shown(text))): there is nothing to share")
        }
        guard text.hasSuffix("%"), let number = Double(text.dropLast()), number > 0, number <= 100 else {
            throw Problem("a share above 0% and up to 100% is wanted, such as :5%; found :\(shown(text))")
        }
        return number / 100
    }

    private static func nanoseconds(_ text: String, _ what: String) throws(Problem) -> UInt64 {
        do throws(DurationText.Problem) {
            return UInt64(try DurationText.microseconds(text)) * 1000
        } catch {
            throw Problem("\(what): \(error.message)")
        }
    }

    private static func shown(_ text: String) -> String {
        text.isEmpty ? "nothing" : ForeignText.shown(text, limit: 40)
    }

    /// The kinds that an unknown one may have been meant to be; all of them where none is like it.
    package static func hint(for text: String) -> String {
        let close = NearestNames.of(text, among: FaultKind.allCases.map(\.rawValue))
        if !close.isEmpty { return "did you mean \(close.joined(separator: " or "))?" }
        let words = Set(text.lowercased().split(separator: "-"))
        let like = FaultKind.allCases.filter { !words.isDisjoint(with: $0.rawValue.split(separator: "-")) }
        return like.isEmpty
            ? "known: \(FaultKind.allCases.map(\.rawValue).joined(separator: ", "))"
            : "like it: \(like.map(\.rawValue).joined(separator: ", ")); --fault list explains each"
    }
}
