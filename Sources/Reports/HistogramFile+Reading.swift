package import FlashSale

extension HistogramFile {
    /// Reads what ``write(_:to:)`` wrote, with the digits that it wrote. Lines that are none of its own are left out: a text of
    /// another kind gives no rows.
    ///
    /// - Parameter subject: of what: `attempts`.
    package static func read(_ text: String, of subject: String) -> LatencyHistogram {
        var rows: [LatencyHistogram.Row] = []
        var footer: [String: Double] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("#[") {
                for pair in line.dropFirst(2).split(whereSeparator: { ",]".contains($0) }) {
                    let halves = pair.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
                    if halves.count == 2, let number = Double(halves[1]) { footer[halves[0]] = number }
                }
                continue
            }
            let cells = line.split(separator: " ")
            guard cells.count == 3 || cells.count == 4, let milliseconds = Double(cells[0]),
                let part = Double(cells[1]),
                let count = Int(cells[2]), milliseconds.isFinite, (0...1).contains(part), count >= 0
            else { continue }
            rows.append(.init(milliseconds: milliseconds, part: part, count: count))
        }
        func whole(_ name: String) -> Int { footer[name].flatMap { Int(exactly: $0) } ?? 0 }
        return LatencyHistogram(
            subject: subject, rows: rows, mean: footer["Mean"] ?? 0, standardDeviation: footer["StdDeviation"] ?? 0,
            max: footer["Max"] ?? 0, buckets: whole("Buckets"), subBuckets: whole("SubBuckets"))
    }
}
