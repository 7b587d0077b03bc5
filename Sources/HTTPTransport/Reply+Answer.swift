package import Strategies

extension Reply {
    /// Becomes a service's answer: `[status, [name, value, …], body]`.
    ///
    /// - Parameter headerLines: each ended by LF, or CR LF; names are written in small letters there.
    package mutating func fill(status: Int, headerLines: inout [UInt8], body: [UInt8]) {
        let fields = HeaderFields(&headerLines)
        reset(toHTTP: status, names: fields.pairs.count)
        headerLines.withUnsafeBytes { lines in
            for pair in fields.pairs {
                if pair.isCookie {
                    append(.string, "cookie:" + String(decoding: lines[pair.name], as: UTF8.self))
                } else {
                    append(.string, bytes: UnsafeRawBufferPointer(rebasing: lines[pair.name]))
                }
                append(.string, bytes: UnsafeRawBufferPointer(rebasing: lines[pair.value]))
            }
        }
        body.withUnsafeBytes { append(.string, bytes: $0) }
    }
}
