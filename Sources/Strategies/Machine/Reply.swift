/// A server's reply as one flat value: its nodes in the order in which they came, and their text in one buffer.
///
/// A connection fills the same value again and again, so that a reply costs no allocation once the buffers have grown.
/// Text is bytes, which need not be UTF-8.
package struct Reply: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case status, error, integer, string, null, array
    }

    /// One value: the reply itself, or an element of an array in it.
    package struct Node: Sendable, Equatable {
        package var kind: Kind
        /// The value of an integer; the number of elements of an array; otherwise 0.
        package var integer: Int
        /// Where its text starts in ``Reply/text``, and how many bytes it has.
        package var textStart: Int
        package var textCount: Int
    }

    /// The reply itself, then the elements of arrays, depth first.
    package private(set) var nodes: [Node] = []
    package private(set) var text: [UInt8] = []
    /// Who answered. One field, and small ones, so that a reply is handed on in registers.
    private enum Source: UInt8 {
        case server, service, command
    }
    private var source = Source.server
    private var retryAfter: UInt32 = 0
    /// For how many seconds a service wants to be left alone (Retry-After); 0 where it does not say. Nothing but a service's client
    /// sets it.
    package var retryAfterSeconds: Int {
        get { Int(retryAfter) }
        set { retryAfter = UInt32(clamping: newValue) }
    }
    /// Whether it is a service's answer.
    package var isHTTP: Bool { source == .service }
    /// Whether it is how a command ended.
    package var isCommand: Bool { source == .command }

    package init() {}

    // MARK: Filling

    /// Forgets everything and keeps the room.
    @inline(__always)
    package mutating func reset() {
        nodes.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
        source = .server
    }

    /// Forgets everything, and begins a service's answer: its headers' names and values are appended next, then its body.
    package mutating func reset(toHTTP status: Int, names: Int) {
        reset()
        source = .service
        append(.array, integer: 3)
        append(.integer, integer: status)
        append(.array, integer: 2 * names)
    }

    /// Forgets everything, and says how a command ended: its exit code, and the last line that it printed.
    package mutating func reset(toExit code: Int, lastLine: UnsafeRawBufferPointer) {
        reset()
        source = .command
        append(.array, integer: 2)
        append(.integer, integer: code)
        append(.string, bytes: lastLine)
    }

    /// Appends an integer, a null, or the head of an array whose `integer` elements are appended next.
    @inline(__always)
    package mutating func append(_ kind: Kind, integer: Int = 0) {
        nodes.append(Node(kind: kind, integer: integer, textStart: text.count, textCount: 0))
    }

    /// Appends a status, an error or a string.
    @inline(__always)
    package mutating func append(_ kind: Kind, bytes: UnsafeRawBufferPointer) {
        nodes.append(Node(kind: kind, integer: 0, textStart: text.count, textCount: bytes.count))
        text.append(contentsOf: bytes)
    }

    /// Appends a status, an error or a string.
    package mutating func append(_ kind: Kind, _ string: String) {
        nodes.append(Node(kind: kind, integer: 0, textStart: text.count, textCount: string.utf8.count))
        text.append(contentsOf: string.utf8)
    }

    // MARK: Reading

    /// The largest number that a strategy can calculate with, as large as a double holds exactly: sums never overflow.
    static let largestNumber: UInt = 1 << 53

    /// The index of the reply itself, for the functions below.
    package static let root = 0

    package var kind: Kind { nodes[Self.root].kind }

    /// The text of a node; empty for an integer, a null and an array.
    package func string(at node: Int = root) -> String {
        String(decoding: bytes(at: node), as: UTF8.self)
    }

    package func bytes(at node: Int = root) -> ArraySlice<UInt8> {
        let node = nodes[node]
        return text[node.textStart..<node.textStart + node.textCount]
    }

    @inline(__always)
    package func kind(at node: Int) -> Kind { nodes[node].kind }

    /// The elements of the array at a node.
    @inline(__always)
    package func elementCount(at node: Int = root) -> Int { nodes[node].integer }

    @inline(__always)
    func textCount(at node: Int) -> Int { nodes[node].textCount }

    /// The text of a node in place, without a reference to count.
    @inline(__always)
    func withText<Result>(at node: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let node = nodes[node]
        return text.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[node.textStart..<node.textStart + node.textCount]))
        }
    }

    @inline(__always)
    func textIsOK(at node: Int) -> Bool {
        withText(at: node) { $0.count == 2 && $0[0] == UInt8(ascii: "O") && $0[1] == UInt8(ascii: "K") }
    }

    func text(at node: Int, equals other: UnsafeBufferPointer<UInt8>) -> Bool {
        withText(at: node) { $0.elementsEqual(other) }
    }

    /// Whether the text starts with a prefix that ends where a word ends; an empty prefix fits everything.
    func text(at node: Int, startsWithWord prefix: UnsafeBufferPointer<UInt8>) -> Bool {
        withText(at: node) { text in
            text.starts(with: prefix)
                && (prefix.isEmpty || text.count == prefix.count || text[prefix.count] == UInt8(ascii: " "))
        }
    }

    /// The index of element `position` of the array at `node`, or nil if it has no such element.
    package func element(_ position: Int, of node: Int = root) -> Int? {
        guard nodes[node].kind == .array, position >= 0, position < nodes[node].integer else { return nil }
        var index = node + 1
        for _ in 0..<position { index = end(of: index) }
        return index
    }

    /// The index after the last node of the value at `node`.
    package func end(of node: Int) -> Int {
        var index = node
        var open = 1
        while open > 0 {
            open += nodes[index].kind == .array ? nodes[index].integer - 1 : -1
            index += 1
        }
        return index
    }

    /// The integer at `node`: an integer reply, or text that is a decimal number and nothing else.
    @inline(__always)
    package func integer(at node: Int = root) -> Int? {
        switch nodes[node].kind {
        case .integer: nodes[node].integer
        case .string, .status: withText(at: node) { Self.integer($0) }
        case .error, .null, .array: nil
        }
    }

    /// A decimal number as Redis writes it: an optional minus sign and digits, nothing else.
    package static func integer(_ bytes: some Collection<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let digits = isNegative ? bytes.dropFirst() : bytes[...]
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let ten = value.multipliedReportingOverflow(by: 10)
            let next = ten.partialValue.subtractingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !ten.overflow, !next.overflow else { return nil }
            value = next.partialValue
        }
        if isNegative { return value }
        let positive = 0.subtractingReportingOverflow(value)
        return positive.overflow ? nil : positive.partialValue
    }

    /// The first error in the reply: itself, or an element of an array.
    package var firstError: Int? { nodes.firstIndex { $0.kind == .error } }
}
