import Foundation
import TestSupport
import Testing

/// Names of units in histories that are no UTF-8, as an old system writes them.
@Suite struct UnitBytesTests {
    /// Two wins; the second byte of each name is given.
    private static func verify(_ header: String, _ first: UInt8, _ second: UInt8) throws -> Sandbox.Finished {
        let sandbox = try Sandbox()
        var bytes = Data((header + "\n").utf8)
        for (number, byte) in [(1, first), (2, second)] {
            bytes.append(Data("\(number),\(number * 10),\(number * 10 + 15),won,S".utf8))
            bytes.append(contentsOf: [byte, 0x0A])
        }
        _ = FileManager.default.createFile(atPath: sandbox.path + "/history.csv", contents: bytes)
        return try sandbox.stress(["verify", "--history", "history.csv", "--units", "2", "--remaining", "0"])
    }

    /// The second header is read by the reader of others' logs.
    @Test(arguments: ["attempt,invoked_ns,returned_ns,outcome,unit", "attempt,invoked_us,returned_us,outcome,unit"])
    func aRepairedTextAccusesNobody(_ header: String) throws {
        let right = try Self.verify(header, 0xE9, 0xE8)
        #expect(right.exitCode == 0, "\(right.output) \(right.errors)")
        let wrong = try Self.verify(header, 0xE9, 0xE9)
        #expect(wrong.exitCode == 1, "\(wrong.output) \(wrong.errors)")
    }
}
