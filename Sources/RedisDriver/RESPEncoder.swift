/// Commands as a server reads them: an array of bulk strings each.
enum RESPEncoder {
    /// Appends one command. Arguments are bytes; any byte is allowed.
    static func append(_ arguments: some Collection<some Collection<UInt8>>, to buffer: inout [UInt8]) {
        appendHead("*", count: arguments.count, to: &buffer)
        for argument in arguments {
            appendHead("$", count: argument.count, to: &buffer)
            buffer.append(contentsOf: argument)
            buffer.append(contentsOf: [13, 10])
        }
    }

    private static func appendHead(_ mark: Unicode.Scalar, count: Int, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: mark))
        buffer.append(contentsOf: String(count).utf8)
        buffer.append(contentsOf: [13, 10])
    }
}
