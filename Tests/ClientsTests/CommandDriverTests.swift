import FlashSale
import Foundation
import ProgramTransport
import TestSupport
import Testing

@testable import Clients

/// A thread whose clients start a program for each step.
struct CommandDriverTests {
    private static let yaml = """
        strategy: commands
        summary: a program is started
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - command: [ ./buy.sh, "{purchase}", "a b  c" ]
            outcomes:
              - { when: exit == 0, then: won, remaining: json.left }
              - { when: text == "sold out", then: sold-out }
              - { when: exit in 7..8, then: conflict }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    /// By the number of the purchase.
    private static let script = """
        [ "$2" = "a b  c" ] && [ $# = 2 ] || exit 99
        case $(($1 % 8)) in
            1) echo "thinking"; echo '{"left":4}' ;;
            2) printf 'sold out\\n\\n'; exit 1 ;;
            3) exit 7 ;;
            4) echo "out of cheese" >&2; echo oops; exit 3 ;;
            5) kill -9 $$ ;;
            6) exec sleep 60 ;;
            7) sleep 1000 & echo '{"left":3}' ;;
            0) dd if=/dev/zero bs=1100000 count=1 2>/dev/null | tr '\\0' x; exit 0 ;;
        esac
        """

    @Test(arguments: [1, 4]) func tellsWhatCameOfEachAttempt(_ clients: Int) throws {
        let folder = try TestFolder("commands")
        _ = try folder.script("buy.sh", Self.script)
        let host = try ProgramHost(
            .init(
                buyers: .commands, folder: folder.path, variables: [:], worker: 0, threads: 1, clients: clients,
                timeoutMilliseconds: 1500, errorsPath: folder.path + "/stderr"), executable: StressBinary.path)
        let thread = try PlayedThread(
            Self.yaml, port: 1, buyers: 8, clients: clients, timeoutMilliseconds: 1500, programs: host)
        let outcomes = Dictionary(grouping: thread.told, by: { $0.purchase % 8 }).mapValues { $0.map(\.outcome) }
        #expect(
            outcomes == [
                1: [.won], 2: [.soldOut], 3: [.conflict, .conflict], 4: [.unknown], 5: [.unknown], 6: [.unknown],
                7: [.won], 0: [.unknown],
            ])
        // A bad end is an answer that nobody has named, and so is one that is too long; one that was killed for its time is none.
        #expect(thread.told.filter(\.isHole).map(\.purchase).sorted() == [4, 5, 8])
        #expect(thread.told.filter { !$0.hasEnd }.map(\.purchase) == [6, 8])
        #expect(thread.told.filter { $0.outcome == .won }.map(\.remaining) == [4, 3])
        #expect(thread.result.firstHole == "exit 3: oops" || thread.result.firstHole == "exit 137")
        #expect(host.faults?.count == 2)
        #expect(host.lastWords == "out of cheese")
        #expect(TestProcess.using(folder.path).isEmpty)
    }

    @Test func aProgramThatIsGoneSellsNothing() throws {
        let folder = try TestFolder("commands")
        let host = try ProgramHost(
            .init(
                buyers: .commands, folder: folder.path, variables: [:], worker: 0, threads: 1, clients: 1,
                timeoutMilliseconds: 1000, errorsPath: folder.path + "/stderr"), executable: StressBinary.path)
        let thread = try PlayedThread(Self.yaml, port: 1, buyers: 2, clients: 1, programs: host)
        #expect(thread.told.map(\.outcome) == [.failed, .failed, .failed, .failed])
        #expect(thread.result.firstError?.contains("./buy.sh is not there") == true)
    }
}
