import FlashSale
import Foundation
import Stores
import TestSupport
import Testing

/// `run:`, any program that prints CSV.
@Suite struct ProgramStoreTests {
    @Test(
        arguments: [
            ("5\n", 5), (" 17 \r\n", 17), ("-3", -3), ("5.00\n", 5), ("5.5\n", nil), ("five\n", nil), ("1\n2\n", nil),
            ("a,b\n1,2\n", nil), ("", nil), ("\n", nil), ("99999999999999999999\n", nil),
        ] as [(String, Int?)]) func oneCellIsANumber(_ output: String, _ number: Int?) throws
    {
        let table = try Asking.stores().ask(Asking.run(["printf", "%s", output]))
        #expect(table.number == number)
    }

    @Test func severalColumnsHaveNames() throws {
        let output = "order,user,quantity\n17,\"O'Brien, \"\"Bob\"\"\",1\r\n18,\"two\nlines\",\n"
        let table = try Asking.stores().ask(Asking.run(["printf", "%s", output]))
        #expect(table.columns == ["order", "user", "quantity"])
        #expect(table.rows == [["17", "O'Brien, \"Bob\"", "1"], ["18", "two\nlines", ""]])
    }

    /// A first line that is a row would be lost as a header, and its order be missed.
    @Test func aSingleColumnHasNoHeader() throws {
        let table = try Asking.stores().ask(Asking.run(["printf", "17\\n18\\n"]))
        #expect(table.columns == [])
        #expect(table.rows == [["17"], ["18"]])
    }

    @Test(arguments: [
        ("17,u3,1\n18,u4,1\n", "17 is no name"), ("order,\n1,2\n", "nothing is no name"),
        ("a,b\n1,2,3\n", "line 2 has 3 cells where the first line has 2"),
        ("a,b\n\"1,2\n", "line 2 has a quoted cell that does not end"),
    ]) func whatIsNoTableIsRefused(_ output: String, _ words: String) throws {
        let error = try #require(Asking.stores().failure(Asking.run(["printf", "%s", output])))
        #expect(error.status == .unavailable)
        #expect(error.message.contains(words))
    }

    @Test func aFailureTellsTheLastLineOfStderr() throws {
        let error = try #require(
            Asking.stores().failure(Asking.sh("echo 5; echo first >&2; echo 'no such item' >&2; exit 3")))
        #expect(error == RunError(.unavailable, "shop.yaml:12: run: sh ended with exit code 3: no such item"))
    }

    @Test func aMissingProgramIsNamed() throws {
        for question in [Asking.run(["no-such-program-here"]), Asking.run(["./no-such-program-here"])] {
            for error in [Asking.stores().failure(question), Asking.stores().refusal(question)] {
                #expect(error?.status == .usage)
                #expect(error?.message.hasPrefix("shop.yaml:12: run: there is no program") == true)
            }
        }
        #expect(Asking.stores().refusal(Asking.sh("exit 1")) == nil)
    }

    /// Telling does what the words say and reads nothing into what is printed.
    @Test func whatIsToldNeedNotPrintATable() throws {
        let folder = try TestFolder("stores")
        let question = Asking.sh("touch \(folder.path)/done; echo 'All, done.'; echo ok")
        #expect(Asking.stores().failure(question) != nil)
        try Asking.stores().tell(question)
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/done"))
    }

    @Test func aProgramThatHangsIsEndedWithWhatItStarted() throws {
        let folder = try TestFolder("stores")
        // Both ignore the polite signal.
        let question = Asking.sh("trap '' TERM; cd \(folder.path); sleep 600 & sleep 601; wait")
        let error = try #require(Asking.stores(timeoutMilliseconds: 400).failure(question))
        #expect(error.status == .unavailable)
        #expect(error.message.contains("no answer from sh in time"))
        #expect(TestProcess.eventually { TestProcess.using(folder.path).isEmpty })
    }

    /// It ends, but what it started still has its output open.
    @Test func whatAProgramLeavesRunningIsEndedWithIt() throws {
        let folder = try TestFolder("stores")
        let table = try Asking.stores().ask(Asking.sh("cd \(folder.path); sleep 600 & echo 7"))
        #expect(table.number == 7)
        #expect(TestProcess.eventually { TestProcess.using(folder.path).isEmpty })
    }

    @Test func manyRowsCome() throws {
        let script = "echo a,b; i=0; while [ $i -lt 20000 ]; do echo $i,some-text-that-fills-pipes-$i; i=$((i+1)); done"
        let table = try Asking.stores().ask(Asking.sh(script))
        #expect(table.rowCount == 20_000)
        #expect(table.rows.last == ["19999", "some-text-that-fills-pipes-19999"])
    }

    /// A script may have started others when whoever asked it is killed.
    @Test func programsEndWithWhoeverAsked() throws {
        let folder = try TestFolder("stores")
        let asker = try Program(
            "/bin/sh",
            [
                "-c",
                "'\(StressBinary.path)' end-with-parent $$ /bin/sh -c 'sleep 600 & sleep 601; true' & touch begun; wait",
            ],
            folder: folder.path, files: folder.path, environment: ["PATH": "/usr/bin:/bin"])
        // The asker, what starts the program, the program, and the two that it starts.
        #expect(TestProcess.eventually { TestProcess.using(folder.path).count == 5 })
        asker.signal(SIGKILL)
        #expect(TestProcess.eventually { TestProcess.using(folder.path).isEmpty })
    }

    @Test func aSignalThatEndsAProgramIsTold() throws {
        let error = try #require(Asking.stores().failure(Asking.sh("kill -9 $$")))
        #expect(error.message == "shop.yaml:12: run: sh was ended by signal 9 and wrote nothing to stderr")
    }
}
