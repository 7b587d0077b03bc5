package import FlashSale

extension ProxyFaults.Fault {
    /// Reads `KIND[+LENGTH][:SHARE]`: `lose-replies:5%`, `cut-requests:#3` (the third command that may write), `slow-replies+200ms:0.1`.
    ///
    /// - Throws: 64, with what is wanted.
    package init(_ text: String) throws(RunError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0].split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = ProxyFaults.Kind(rawValue: String(head[0])) else {
            let kinds = ProxyFaults.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw RunError(.usage, "--fault \(text): \(head[0]) is no fault of the wire; wanted one of \(kinds)")
        }
        self.init(kind)
        if head.count > 1 {
            guard kind == .slowReplies else {
                throw RunError(.usage, "--fault \(text): only slow-replies takes a length")
            }
            do throws(DurationText.Problem) {
                delayNanoseconds = UInt64(try DurationText.microseconds(String(head[1]))) * 1000
            } catch {
                throw RunError(.usage, "--fault \(text): \(error.message)")
            }
        }
        let wanted = parts.count > 1 ? String(parts[1]) : nil
        if let wanted, wanted.first == "#" {
            guard let number = Int(wanted.dropFirst()), number > 0 else {
                throw RunError(.usage, "--fault \(text): wanted # and the number of a command that may write, from 1")
            }
            moment = .write(number)
            return
        }
        guard kind != .killConnections else {
            throw RunError(
                .usage,
                "--fault \(text): wanted the command at which connections are killed, such as kill-connections:#100, the 100th "
                    + "that may write")
        }
        if let wanted { share = try Self.share(wanted, of: text) }
    }

    private static func share(_ wanted: String, of text: String) throws(RunError) -> Double {
        let isPercent = wanted.hasSuffix("%")
        guard let number = Double(isPercent ? String(wanted.dropLast()) : wanted),
            case let share = isPercent ? number / 100 : number, share > 0, share <= 1
        else {
            throw RunError(
                .usage, "--fault \(text): wanted a share such as 5% or 0.05, more than 0 and at most 1, or #3")
        }
        return share
    }
}
