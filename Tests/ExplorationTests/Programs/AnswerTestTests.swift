import Exploration
import FlashSale
import Testing

/// What says that a purchase was won.
struct AnswerTestTests {
    @Test(
        "tests hold of the answers that they mean",
        arguments: [
            ("exit 0", .exit(0), "", true), ("exit 0", .exit(1), "", false), ("exit 0", .line, "", false),
            ("status 200", .status(200), "", true), ("status 2xx", .status(204), "", true),
            ("status 2xx", .status(302), "", false), ("status 200", .none("gone"), "", false),
            ("json .ok == true", .status(200), #"{"ok": true}"#, true),
            ("json .ok == true", .status(200), #"{"ok": false}"#, false),
            ("json .ok == true", .status(200), "no JSON", false),
            ("json .left >= 0", .line, #"{"left": 0}"#, true), ("json .left < 0", .line, #"{"left": 0}"#, false),
            ("json .order.lines[1].id == \"a b\"", .line, #"{"order": {"lines": [{}, {"id": "a b"}]}}"#, true),
            ("json .state != sold", .line, #"{"state": "sold"}"#, false),
            ("json .state == won", .exit(0), "a word before\n{\"state\": \"won\"}\n", true),
            ("stdout /成功/", .exit(0), "抢购成功\n", true), (#"stdout /a\/b$/"#, .exit(0), "a/b", true),
            (#"stdout /^\d+ left/"#, .line, "12 left", true), ("body /x/", .status(200), "y", false),
            ("status 200 and json .ok == true", .status(200), #"{"ok": true}"#, true),
            ("status 200 and json .ok == true", .status(201), #"{"ok": true}"#, false),
        ] as [(String, ProgramAnswer.Ending, String, Bool)])
    func holds(_ text: String, _ ending: ProgramAnswer.Ending, _ answer: String, _ wanted: Bool) throws {
        #expect(try AnswerTest(text).holds(of: ProgramAnswer(ending, text: answer)) == wanted)
    }

    @Test(
        "mistakes are told with the option, and with what is wanted",
        arguments: [
            ("", "a test is one of"), ("won", "a test is one of"), ("exit", "a code from 0 to 255"),
            ("exit 300", "a code from 0 to 255"), ("status ok", "a number such as 200"),
            ("json ok == true", "begins with a dot"),
            ("json .ok", "a comparison"), ("json .ok ==", "a value is missing"), ("json .a == \"b", "has no end"),
            ("stdout bought", "between slashes"), ("stdout /bought", "no slash at its end"),
            ("stdout /(/", "no regular expression"),
            ("exit 0 exit 1", "\"and\" between them"),
        ])
    func mistakes(_ text: String, _ part: String) {
        let error = #expect(throws: RunError.self) { try AnswerTest(text, option: "--won") }
        #expect(error?.status == .usage)
        #expect(
            error?.message.hasPrefix("--won: ") == true && error?.message.contains(part) == true,
            "\(error?.message ?? "")")
    }

    @Test("settings that cannot work are refused before anything is started")
    func settings() throws {
        func refusal(_ buyers: ProgramSettings.Buyers, won: String, stock: String = "GET count") throws -> String? {
            let settings = ProgramSettings(buyers, won: try AnswerTest(won), stock: stock, folder: "/tmp")
            do throws(RunError) {
                try settings.check()
                return nil
            } catch {
                return error.message
            }
        }
        let service = ProgramSettings.Buyers.service(
            .init(words: ["x"], instances: 2, request: .init("POST", "http://127.0.0.1:8080/buy")))
        #expect(try refusal(.processes(["x"]), won: "exit 0") == nil)
        #expect(try refusal(.processes([]), won: "exit 0")?.contains("no program is named") == true)
        #expect(try refusal(.processes(["x"]), won: "status 200")?.contains("only a service") == true)
        #expect(try refusal(.whole(["x"]), won: "exit 0")?.contains("which of its lines") == true)
        #expect(try refusal(.processes(["x"]), won: "exit 0", stock: "GET \"count")?.contains("--stock") == true)
        #expect(try refusal(service, won: "exit 0")?.contains("answers with a status") == true)
        #expect(try refusal(service, won: "status 200")?.contains("write {port}") == true)
    }
}
