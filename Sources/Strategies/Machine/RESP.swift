/// The little of Redis's wire protocol that commands need.
package enum RESP {
    /// One argument.
    package static func bulk(_ bytes: [UInt8]) -> [UInt8] {
        Array("$\(bytes.count)\r\n".utf8) + bytes + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// A whole command.
    package static func command(_ arguments: [String]) -> [UInt8] {
        arguments.reduce(into: Array("*\(arguments.count)\r\n".utf8)) { $0 += bulk(Array($1.utf8)) }
    }
}
