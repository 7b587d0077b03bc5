package import FlashSale
internal import Glibc

/// The files of a run's folder on which its verdict rests, each held against what the run says that it wrote.
///
/// A file that was changed is left out, since it proves nothing. Where no digest tells, everything is read, and no change is
/// alleged.
package struct RecordedFiles {
    /// All that the checks need.
    package let facts: RunFacts

    /// - Parameters:
    ///   - folder: the run's.
    ///   - record: its `run.json`.
    ///   - isAsWritten: whether that is as the run wrote it; nil if it does not tell.
    /// - Throws: ``RunError`` if the orders cannot be read although they are as the run wrote them.
    package init(folder: String, record: RunRecord, isAsWritten: Bool?) throws(RunError) {
        let written = record.observed.digests
        let expected = (0..<record.scenario.procs).map(RunLayout.journal(worker:))
        let names =
            record.observed.unitNames == true
            ? (0..<record.scenario.procs).map {
                ($0, "\(folder)/\(RunLayout.names(worker: $0))", RunLayout.names(worker: $0))
            }
            : []
        let journals = MappedJournals(
            expected.map { ("\(folder)/\($0)", $0) }, names: names, written: written,
            bounds: RecordingBounds(record.scenario), clocks: record.workerClocks)
        var problems = Self.problems(ofRecord: isAsWritten)
        problems += Self.strangers(in: folder, expected + names.map(\.2)).map {
            "the journal \($0) is not of this run, which had \(record.scenario.procs.counted("worker")); take it away"
        }
        var orders: [Ledger.Order] = []
        var itemOrders: [String: [Ledger.Order]] = [:]
        var ledgerProblem: String?
        let kinds = [record.observed.ledger] + (record.observed.items ?? []).map(\.ledger)
        if let kind = kinds.lazy.compactMap(\.self).first {
            let path = folder + "/" + RunLayout.ledger
            if let (found, signature) = try Self.digest(of: path, named: RunLayout.ledger, written) {
                ledgerProblem = written.flatMap { found.problem($0) }
                if ledgerProblem == nil, record.observed.items != nil {
                    let read = try LedgerFile.read(path, itemColumn: "item")
                    orders = read.orders
                    for (order, item) in zip(read.orders, read.goods.rows) {
                        itemOrders[read.goods.names[Int(item)], default: []].append(order)
                    }
                } else if ledgerProblem == nil {
                    orders = try LedgerFile.read(path).orders
                }
                if InputFile.Signature(ofFileAt: path) != signature { ledgerProblem = Self.changed(RunLayout.ledger) }
            } else {
                let size = written?[RunLayout.ledger].map { "; the run wrote \($0.bytes.counted("byte")) there" } ?? ""
                ledgerProblem = "ledger.csv is not there, or is no file\(size)"
            }
            if ledgerProblem == nil, kind.countOnly == nil, let told = record.sale.ledgerOrders, told != orders.count {
                ledgerProblem =
                    "ledger.csv has \(orders.count.counted("order")), but the run counted \(told.grouped): it was changed since"
            }
        }
        if let ledgerProblem { problems.append(ledgerProblem) }
        var facts = record.facts(
            history: journals.history, journalProblems: journals.problems, orders: orders,
            ledgerProblem: ledgerProblem, itemOrders: itemOrders,
            unitsListed: try Self.units(in: folder, record, &problems))
        facts.doubts.recordProblems = problems
        switch isAsWritten {
        case true?: break
        case false?: facts.doubts.reason = "run.json, which that rests on, is not what the run wrote"
        case nil: facts.doubts.reason = "nothing shows that the files are still those that the run wrote"
        }
        self.facts = facts
    }

    /// The names of the units that were for sale, where the run wrote them down and they can be relied on.
    private static func units(
        in folder: String, _ record: RunRecord, _ problems: inout [String]
    ) throws(RunError) -> [String]? {
        guard let listed = record.observed.forSale?.listed else { return nil }
        let path = folder + "/" + RunLayout.units
        guard let (found, signature) = try digest(of: path, named: RunLayout.units, record.observed.digests) else {
            problems.append("\(RunLayout.units) is not there, or is no file")
            return nil
        }
        if let written = record.observed.digests, let problem = found.problem(written) {
            problems.append(problem)
            return nil
        }
        let names = try UnitsFile.read(path)
        guard InputFile.Signature(ofFileAt: path) == signature else {
            problems.append(changed(RunLayout.units))
            return nil
        }
        guard names.count == listed else {
            problems.append(
                "\(RunLayout.units) has \(names.count.counted("name")), but the run counted \(listed.grouped): it was changed since"
            )
            return nil
        }
        return names
    }

    private static func problems(ofRecord isAsWritten: Bool?) -> [String] {
        switch isAsWritten {
        case true?: []
        case false?: ["run.json is not what the run wrote: its content was changed"]
        case nil:
            [
                "run.json does not tell what the run's files were like (observed.digests), so that a change since then cannot be "
                    + "seen; another version of stress wrote it, or it was changed"
            ]
        }
    }

    /// Journals that belong to none of the run's workers, and would go unread.
    private static func strangers(in folder: String, _ expected: [String]) -> [String] {
        guard let directory = opendir("\(folder)/\(RunLayout.history)") else { return [] }
        defer { closedir(directory) }
        let known = Set(expected)
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { "\(RunLayout.history)/" + String(cString: $0) }
            }
            if name.hasSuffix(".journal") || name.hasSuffix(".names"), !known.contains(name) { names.append(name) }
        }
        return names.sorted()
    }

    private static func changed(_ name: String) -> String {
        "\(name) was changed while it was read; verify again when nobody writes to it"
    }

    /// What the file is like now; nil where there is none. It is not read where nothing is known to compare it with, nor where
    /// it is larger than all that the run wrote.
    private static func digest(
        of path: String, named name: String, _ written: RunRecord.Digests?
    ) throws(RunError) -> (FileDigest, InputFile.Signature)? {
        guard FilePieces.isFile(path), let signature = InputFile.Signature(ofFileAt: path) else { return nil }
        var digest = Digest()
        guard let written, signature.size <= RecordingBounds.largest(written) else {
            return (FileDigest(file: name, bytes: signature.size, digest: digest), signature)
        }
        var bytes = 0
        try FilePieces.each(of: path, size: Digest.pieceSize) { piece, _ throws(RunError) in
            digest.update(piece)
            bytes += piece.count
            return piece.count
        }
        return (FileDigest(file: name, bytes: bytes, digest: digest), signature)
    }
}
