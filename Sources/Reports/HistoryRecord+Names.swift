internal import FlashSale

extension HistoryRecord {
    /// Puts the texts of another system's ids where their numbers are.
    ///
    /// - Parameters:
    ///   - text: the text of an id; nil where the id is what the log says.
    ///   - sentences: a sentence with texts in place of numbers.
    package mutating func name(ids text: (Int) -> String?, sentences: (String) -> String) {
        Self.name(&checks, text, sentences)
        findings = findings.map { Finding($0.name, sentences($0.detail)) }
        guard var items else { return }
        for index in items.indices {
            Self.name(&items[index].checks, text, sentences)
            items[index].findings = items[index].findings.map { Finding($0.name, sentences($0.detail)) }
        }
        self.items = items
    }

    private static func name(
        _ checks: inout [RunRecord.Check], _ text: (Int) -> String?, _ sentences: (String) -> String
    ) {
        for index in checks.indices {
            checks[index].detail = sentences(checks[index].detail)
            checks[index].sinceAttemptName = checks[index].sinceAttempt.flatMap(text)
            for piece in checks[index].evidence.indices {
                checks[index].evidence[piece].detail = sentences(checks[index].evidence[piece].detail)
                for attempt in checks[index].evidence[piece].attempts.indices {
                    checks[index].evidence[piece].attempts[attempt].name(text)
                }
            }
        }
    }
}

extension RunRecord.EvidenceAttempt {
    fileprivate mutating func name(_ text: (Int) -> String?) {
        attemptName = text(attempt)
        purchaseName = text(purchase)
        buyerName = text(buyer)
    }
}
