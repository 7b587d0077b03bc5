import Strategies
import Testing

@testable import Stores

/// Answers as they should not be: cut off anywhere, or with bytes that are wrong.
@Suite struct AnswerReaderTests {
    static let json = #"{"a":[{"id":-1.5e+3,"n":"x\n\u00e9\ud83d\ude00"},{"id":null,"more":[true,{"b":[]}]}]}"#
    static let csv = "id,\"na\"\"me\"\r\n1,\"a,\"\"b\"\"\r\n\"\n2,x\r\n"
    static let xml = """
        <?xml version="1.0"?>

        <resultset statement="select &gt; 1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <row>
        \t<field name="a&quot;">x &lt; &amp;amp;</field>
        \t<field name="b" xsi:nil="true" />
          </row>
        </resultset>
        """

    @Test func whatIsWholeIsRead() throws {
        #expect(
            try JSONTable.read(Array(Self.json.utf8), at: [.field("a")]).rows == [
                ["-1.5e+3", "x\né😀", nil], [nil, nil, #"[true,{"b":[]}]"#],
            ])
        let csv = try CSVTable.read(Array(Self.csv.utf8), header: .always)
        #expect(csv.columns == ["id", "na\"me"])
        #expect(csv.rows == [["1", "a,\"b\"\r\n"], ["2", "x"]])
        let xml = try #require(XMLTable.read(Array(Self.xml.utf8)))
        #expect(xml.columns == ["a\"", "b"])
        #expect(xml.rows == [["x < &amp;", nil]])
    }

    @Test func halfAnAnswerIsNone() {
        let (json, xml) = (Array(Self.json.utf8), Array(Self.xml.utf8))
        for count in json.indices {
            #expect(throws: JSONProblem.self) { try JSONTable.read(json[..<count], at: [.field("a")]) }
        }
        for count in xml.indices.dropFirst() { #expect(XMLTable.read(Array(xml[..<count])) == nil) }
        #expect(XMLTable.read(xml + xml) == nil)
    }

    /// One row with many columns would make many of each empty row.
    @Test func aTableHasNoMoreColumnsThanAnybodyReads() throws {
        func table(_ count: Int) throws -> StoreTable {
            let row = "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]"
            return try JSONTable.read(Array("[\(row),[]]".utf8), at: [])
        }
        #expect(try table(JSONTable.mostColumns).columnCount == JSONTable.mostColumns)
        #expect(throws: JSONProblem.tooManyColumns) { try table(JSONTable.mostColumns + 1) }
    }

    /// Whatever comes, it is read or refused.
    @Test func wrongBytesEndNothing() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            for text in [Self.json, Self.csv, Self.xml] {
                var bytes = Array(text.utf8)
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    switch Int.random(in: 0...2, using: &generator) {
                    case 0: bytes[place] = "\"\\,<>&{}[]:u0\r\n".utf8.randomElement(using: &generator)!
                    case 1: bytes.remove(at: place)
                    default: bytes.removeLast(min(bytes.count - 1, place / 4))
                    }
                }
                // A table that comes of it has all its cells.
                let tables = [
                    try? JSONTable.read(bytes, at: []), try? JSONTable.read(bytes, at: [.field("a"), .element(1)]),
                    try? CSVTable.read(bytes, header: .ofSeveralColumns), try? CSVTable.read(bytes, header: .always),
                    XMLTable.read(bytes),
                ]
                for table in tables.compactMap(\.self) {
                    #expect(table.rows.allSatisfy { $0.count == table.columnCount })
                }
                for dialect in [SQLStatement.Dialect.postgres, .mysql, .sqlite] {
                    _ = SQLStatement.problem(of: String(decoding: bytes, as: UTF8.self), in: dialect)
                }
            }
        }
    }
}
