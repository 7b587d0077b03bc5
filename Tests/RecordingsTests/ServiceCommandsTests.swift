import FactsTestSupport
import FlashSale
import Foundation
import Recordings
import TestSupport
import Testing

/// What a service sent meanwhile stands beside the evidence.
struct ServiceCommandsTests {
    private static let rows = #"""
        command,connection,sent_ns,answered_ns,name,keys,arguments,reply,fault
        ,1,5,,connected,,127.0.0.1:1,,
        1,1,10,20,GET,stock:7,stock:7,5,
        2,2,110,120,EVAL,stock:7 orders:7,"local a\\x2c b = 1 2 stock:7",(integer) 4,lose-replies
        3,2,130,140,SET,"a ""b""","a ""b"" 1",OK,
        4,3,900,910,GET,stock:7,stock:7,5,

        """#

    private static func record(attempts: [(UInt64, UInt64?)], result: CheckResult.Result) throws -> [RunRecord.Check] {
        let evidence = CheckResult.Evidence(
            "both buyers were sold unit 1",
            attempts: attempts.enumerated().map { index, times in
                Attempt(
                    id: index + 1, purchase: index + 1, buyer: index + 1, worker: 0, thread: 0, client: 0, number: 1,
                    invokedNanoseconds: times.0, returnedNanoseconds: times.1, outcome: .won, quantity: 1,
                    remaining: 0)
            })
        return [RunRecord.Check(CheckResult(.uniqueUnits, result, "twice", evidence: [evidence]))]
    }

    private func commands(_ checks: [RunRecord.Check]) throws -> RunRecord.ServiceCommands? {
        let folder = try TestFolder("service-commands")
        let path = folder.path + "/commands.csv"
        try Self.rows.write(toFile: path, atomically: true, encoding: .utf8)
        var checks = checks
        ServiceCommandsReader.addEvidence(from: path, to: &checks)
        return checks[0].evidence[0].commands
    }

    @Test("those that were under way while an attempt was, and no others")
    func meanwhile() throws {
        let found = try commands(try Self.record(attempts: [(100, 115), (135, 150)], result: .violated))
        #expect(found?.shown.map(\.connection) == [2, 2])
        #expect(found?.shown.map(\.command) == ["EVAL … stock:7 orders:7", "SET a \"b\" 1"])
        #expect(found?.shown.first?.fault == "lose-replies" && found?.shown.last?.fault == nil)
        #expect(found?.further == 0)
        // A lost answer has no end.
        #expect(try commands(try Self.record(attempts: [(125, nil)], result: .violated))?.shown.count == 2)
    }

    @Test("nothing is added where nothing was sent, or nothing is violated")
    func nothing() throws {
        #expect(try commands(try Self.record(attempts: [(300, 400)], result: .violated)) == nil)
        #expect(try commands(try Self.record(attempts: [(100, 115)], result: .inconclusive)) == nil)
        var checks = try Self.record(attempts: [(100, 115)], result: .violated)
        ServiceCommandsReader.addEvidence(from: "/nowhere/commands.csv", to: &checks)
        #expect(checks[0].evidence[0].commands == nil)
    }
}
