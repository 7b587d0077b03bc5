import FlashSale
import Reports
import Testing

/// The layouts of a matrix.
@Suite struct MatrixTests {
    private static func cell(
        _ strategy: String, _ persistence: Scenario.Persistence, _ fault: Fault?, retries: Bool = false,
        _ change: (inout MatrixCell) -> Void = { _ in }
    ) -> MatrixCell {
        var cell = MatrixCell(strategy: strategy, persistence: persistence, fault: fault, retryUnknown: retries)
        cell.verdict = .upheld
        cell.upheld = 1
        cell.figures = .init(units: 600, sold: 600, forgotten: 0, oversold: 0, unknown: 0, undersold: 0)
        change(&cell)
        return cell
    }

    static let record: MatrixRecord = {
        let crash = Fault(.crashRedis, at: .time(nanoseconds: 160_000_000))
        let cut = Fault(.powerCut, at: .time(nanoseconds: 160_000_000))
        let lost = Fault(.loseReplies, at: .time(nanoseconds: 0), share: 0.05)
        let flush = Fault(.flushScripts, at: .time(nanoseconds: 160_000_000))
        var record = MatrixRecord(started: "2025-11-11T00:00:00Z", seed: 7, runs: 1, planned: 12)
        record.version = "1.0"
        record.cells = [
            cell("naive", .none, nil) {
                $0.verdict = .violated
                ($0.upheld, $0.violated) = (0, 1)
                $0.check = .noOversell
                $0.detail = "buyers were promised 1,234 units, but there were only 600"
                $0.figures = .init(units: 600, sold: 1234, forgotten: 0, oversold: 634, unknown: 0, undersold: 0)
            },
            cell("naive", .none, flush) {
                $0 = MatrixCell(strategy: "naive", persistence: .none, fault: flush, retryUnknown: false)
                $0.notApplicable = true
                $0.detail = "naive has no script that the server could forget"
            },
            cell("lua", .none, nil), cell("lua", .everysec, nil),
            cell("lua", .everysec, crash) {
                $0.verdict = .inconclusive
                ($0.upheld, $0.inconclusive) = (0, 1)
                $0.check = .oneUnitPerPurchase
                $0.figures = .init(units: 600, sold: 590, forgotten: nil, oversold: 0, unknown: 20, undersold: 0)
            },
            cell("lua", .everysec, cut) {
                $0.verdict = .violated
                ($0.upheld, $0.violated) = (0, 1)
                $0.check = .oneUnitPerPurchase
                $0.figures = .init(units: 600, sold: 600, forgotten: 304, oversold: 0, unknown: 20, undersold: 0)
            },
            cell("lua", .always, lost, retries: true),
            cell("lua", .always, cut) {
                $0 = MatrixCell(strategy: "lua", persistence: .always, fault: cut, retryUnknown: false)
                $0.detail = "the server cannot be started: no room, \"really\""
            },
        ]
        record.interrupted = true
        return record
    }()

    @Test("as text, within a hundred columns")
    func text() throws {
        let text = MatrixText.text(Self.record, TextLayout(columns: 100, color: false), path: "results/a-matrix")
        #expect(try text == GoldenFiles.expected("matrix-100.txt", for: text))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(text)")
        let coloured = MatrixText.text(Self.record, TextLayout(columns: 100, color: true))
        #expect(coloured.contains("\u{1B}[") && !text.contains("\u{1B}["))
    }

    @Test("several runs of a cell tell how many ended so; two faults of a kind are told apart")
    func runs() {
        var record = Self.record
        record.runs = 3
        record.cells = [
            Self.cell("lua", .none, Fault(.crashRedis, at: .sold(share: 0.3))) {
                $0.verdict = .violated
                $0.check = .ledger
                ($0.upheld, $0.violated) = (2, 1)
            },
            Self.cell("lua", .none, Fault(.crashRedis, at: .sold(share: 0.6))) { $0.upheld = 3 },
        ]
        let lines = MatrixText.text(record, TextLayout(columns: 100, color: false)).split(separator: "\n")
        #expect(lines.contains { $0.contains("crash-redis@30%") && $0.hasSuffix("violated 1 of 3: ledger") })
        #expect(lines.contains { $0.contains("crash-redis@60%") && $0.hasSuffix("  upheld") })
    }

    @Test("as CSV")
    func csv() throws {
        var sink = MemorySink()
        MatrixCSV.write(Self.record, to: &sink)
        #expect(try sink.text == GoldenFiles.expected("matrix.csv", for: sink.text))
    }

    @Test("as JSON, which reads back as it was")
    func json() throws {
        var sink = MemorySink()
        MatrixJSON.write(Self.record, to: &sink)
        #expect(try sink.text == GoldenFiles.expected("matrix.json", for: sink.text))
        #expect(try JSONText.value(MatrixRecord.self, from: sink.bytes) == Self.record)
    }
}
