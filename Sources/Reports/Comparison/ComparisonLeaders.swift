internal import FlashSale

/// Who has the best median of each figure, and who cannot be told apart from that one: what many subjects come to, of whom a list of
/// all pairs would have hundreds.
enum ComparisonLeaders {
    /// From so many subjects on they are told in the place of each pair.
    static let fewestSubjects = 4

    /// A sentence for each figure in which anybody differs from the one that leads. Only who sold rightly in each run can lead.
    static func sentences(_ record: ComparisonRecord) -> [String] {
        ComparisonFigure.tested.compactMap { figure in
            let right = record.subjects.filter { $0.verdict == .upheld }
            let known = right.compactMap { subject in subject[figure].map { (subject.name, $0.median) } }
            guard let leader = known.min(by: { figure.moreIsBetter ? $0.1 > $1.1 : $0.1 < $1.1 }) else { return nil }
            return sentence(figure, leader, record)
        }
    }

    private static func sentence(
        _ figure: ComparisonFigure, _ leader: (name: String, median: Double), _ record: ComparisonRecord
    ) -> String? {
        let others = record.differences.filter {
            $0.figure == figure && [$0.subject, $0.other].contains(leader.name)
        }
        func names(_ isMeant: (ComparisonDifference) -> Bool) -> [String] {
            others.filter(isMeant).map { $0.subject == leader.name ? $0.other : $0.subject }
        }
        guard others.contains(where: \.beyondSpread) else { return nil }
        let parts = [
            ("within the spread of it", names { !$0.beyondSpread }),
            ("behind it", names { $0.ahead == leader.name }),
            // Its median may be the best while its ranks are not; or the other one sold wrongly.
            ("ahead of it", names { $0.ahead != nil && $0.ahead != leader.name }.map { marked($0, record) }),
        ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
        return "\(figure.name): \(leader.name) \(figure.text(leader.median)); \(parts.joined(separator: "; "))"
    }

    private static func marked(_ name: String, _ record: ComparisonRecord) -> String {
        let verdict = record.subjects.first { $0.name == name }?.verdict ?? .inconclusive
        return verdict == .upheld ? name : "\(name) (no merit: \(verdict.word))"
    }
}
