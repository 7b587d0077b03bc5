import HTTPTransport
import Strategies

/// The headers of an answer, read in the plainest way: what ``Strategies/Reply`` holds is held against it.
enum HeaderModel {
    static func check(_ lines: [UInt8], status: Int) throws(BrokenPromise) {
        var changed = lines
        var reply = Reply()
        reply.fill(status: status, headerLines: &changed, body: lines)
        let pairs = pairs(in: lines)
        let names = reply.element(1) ?? 0
        var found: [[UInt8]] = []
        for position in 0..<reply.elementCount(at: names) {
            found.append(reply.element(position, of: names).map { Array(reply.bytes(at: $0)) } ?? [])
        }
        try BrokenPromise.unless(
            reply.httpStatus == status && found == pairs.flatMap { [$0.0, $0.1] }
                && reply.element(2).map { Array(reply.bytes(at: $0)) } == lines
                && reply.end(of: 0) == reply.nodes.count,
            "\(found.count) names and values are read, and there are \(2 * pairs.count), or others")
    }

    private static func pairs(in lines: [UInt8]) -> [([UInt8], [UInt8])] {
        // What no line feed ends is no line.
        lines.split(separator: 10, omittingEmptySubsequences: false).dropLast().flatMap { line in
            guard let (name, value) = halves(line, at: ":") else { return [] as [([UInt8], [UInt8])] }
            let small = name.map { (65...90).contains($0) ? $0 + 32 : $0 }
            let header = (small, trimmed(value))
            guard small == Array("set-cookie".utf8),
                let cookie = header.1.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).first,
                let (own, text) = halves(cookie, at: "=")
            else { return [header] }
            let shown = String(decoding: trimmed(own), as: UTF8.self)
            return [header, (Array("cookie:\(shown)".utf8), trimmed(text))]
        }
    }

    private static func halves(
        _ line: ArraySlice<UInt8>, at sign: Unicode.Scalar
    ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        guard let place = line.firstIndex(of: UInt8(ascii: sign)) else { return nil }
        return (line[..<place], line[(place + 1)...])
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let blanks: Set<UInt8> = [32, 9, 13]
        return Array(text.drop(while: blanks.contains).reversed().drop(while: blanks.contains).reversed())
    }
}
