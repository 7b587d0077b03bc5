package import FlashSale

/// Reads `commands.csv`, in which a proxy wrote down what a service sent to its Redis.
package enum ServiceCommandsReader {
    /// More is not looked at: the file is there for whoever wants to.
    private static let mostBytes = 256 << 20

    /// Adds to each piece of evidence of a violated check what the service sent meanwhile. Nothing is added where the file cannot be
    /// read.
    package static func addEvidence(from path: String, to checks: inout [RunRecord.Check]) {
        guard checks.contains(where: { $0.result == .violated && !$0.evidence.isEmpty }),
            let bytes = try? SmallInput.bytes(of: path, limit: mostBytes)
        else { return }
        let commands = bytes.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { command(of: $0) }
        for check in checks.indices where checks[check].result == .violated {
            for piece in checks[check].evidence.indices {
                let spans = checks[check].evidence[piece].attempts.map { ($0.invokedNs, $0.returnedNs ?? .max) }
                let found = commands.filter { command in
                    spans.contains { command.sentNs <= $0.1 && command.answeredNs ?? .max >= $0.0 }
                }
                guard !spans.isEmpty, !found.isEmpty else { continue }
                checks[check].evidence[piece].commands = shown(found)
            }
        }
    }

    private static func shown(_ found: [RunRecord.ServiceCommand]) -> RunRecord.ServiceCommands {
        let struck = found.filter { $0.fault != nil }
        let chosen = (struck + found.filter { $0.fault == nil }).prefix(RunRecord.ServiceCommands.limit)
        return RunRecord.ServiceCommands(
            shown: chosen.sorted { $0.sentNs < $1.sentNs }, further: found.count - chosen.count)
    }

    /// A row `command,connection,sent_ns,answered_ns,name,keys,arguments,reply,fault`; nil for what is no command.
    private static func command(of line: ArraySlice<UInt8>) -> RunRecord.ServiceCommand? {
        let cells = cells(of: line)
        guard cells.count == 9, !cells[0].isEmpty, let connection = Int(cells[1]), let sent = UInt64(cells[2]) else {
            return nil
        }
        return RunRecord.ServiceCommand(
            connection: connection, sentNs: sent, answeredNs: UInt64(cells[3]),
            command: words(of: cells[4], keys: cells[5], arguments: cells[6]), reply: cells[7],
            fault: cells[8].isEmpty ? nil : cells[8])
    }

    /// A script's text says nothing here that its keys do not.
    private static func words(of name: String, keys: String, arguments: String) -> String {
        if name == "EVAL" || name == "EVAL_RO" { return keys.isEmpty ? name : "\(name) … \(keys)" }
        return arguments.isEmpty ? name : "\(name) \(arguments)"
    }

    /// RFC 4180; a proxy writes no line break into a cell.
    private static func cells(of line: ArraySlice<UInt8>) -> [String] {
        var cells: [String] = []
        var cell: [UInt8] = []
        var (isQuoted, wasQuote) = (false, false)
        for byte in line where byte != UInt8(ascii: "\r") {
            if byte == UInt8(ascii: "\"") {
                if isQuoted {
                    isQuoted = false
                    wasQuote = true
                } else {
                    if wasQuote { cell.append(byte) }
                    isQuoted = true
                    wasQuote = false
                }
                continue
            }
            wasQuote = false
            if byte == UInt8(ascii: ","), !isQuoted {
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
            } else {
                cell.append(byte)
            }
        }
        return cells + [String(decoding: cell, as: UTF8.self)]
    }
}
