internal import FlashSale

/// Replies for people.
extension Reply {
    /// The reply as redis-cli would show it, on one line, for messages and findings: fit for a terminal, and shortened. What is left
    /// out is never made, so that a reply of millions of elements costs no more than a small one.
    package var description: String {
        guard !nodes.isEmpty else { return "(no reply)" }
        var text = ShortText(limit: ForeignText.limit)
        if let httpStatus {
            text.append(own: "HTTP \(httpStatus)")
            if let body = element(2), !bytes(at: body).isEmpty {
                text.append(own: " ")
                text.append(bytes: bytes(at: body))
            }
            return text.ended(wireSize)
        }
        if let commandExit {
            text.append(own: "exit \(commandExit)")
            if let line = element(1), !bytes(at: line).isEmpty {
                text.append(own: ": ")
                text.append(bytes: bytes(at: line))
            }
            return text.ended(wireSize)
        }
        // How many elements of each open array are still to come.
        var open: [Int] = []
        var node = Self.root
        while node < nodes.count, !text.isCut {
            describe(node, to: &text)
            if kind(at: node) == .array, elementCount(at: node) > 0 {
                open.append(elementCount(at: node))
                node += 1
                continue
            }
            while let left = open.popLast() {
                if left > 1 {
                    open.append(left - 1)
                    text.append(own: ", ")
                    break
                }
                text.append(own: "]")
            }
            if open.isEmpty { break }
            node += 1
        }
        return text.ended(
            wireSize, kind == .array ? "\(elementCount().counted("item")), " : "")
    }

    /// One node; of an array its beginning.
    private func describe(_ node: Int, to text: inout ShortText) {
        switch kind(at: node) {
        case .status: text.append(bytes: bytes(at: node))
        case .error:
            text.append(own: "(error) ")
            text.append(bytes: bytes(at: node))
        case .integer: text.append(own: "(integer) \(nodes[node].integer)")
        case .string:
            text.append(own: "\"")
            text.append(bytes: bytes(at: node))
            text.append(own: "\"")
        case .null: text.append(own: "(nil)")
        case .array: text.append(own: elementCount(at: node) == 0 ? "[]" : "[")
        }
    }

    /// About as many bytes as it had on the wire.
    private var wireSize: Int {
        nodes.reduce(text.count) { sum, node in
            sum + (node.kind == .integer ? 3 + "\(node.integer)".utf8.count : 5)
        }
    }
}
