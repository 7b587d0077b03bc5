import FlashSale
import Foundation
import Glibc
import RedisDriver
import Services
import TestSupport
import Testing

/// Services that we start: until they are open, and to their ends.
struct ServiceProcessTests {
    @Test("it is open when it has started, and gone when it was stopped", arguments: ["", "ready: GET /health"])
    func startsAndStops(_ ready: String) throws {
        let service = try Service("serve(sys.argv[1])", ready)
        let process = try service.start()
        #expect(process.url == "http://127.0.0.1:\(process.port)")
        #expect(process.members.map { "\($0.process)" }.contains(try Service.answer(process)))
        #expect(process.death == nil)
        process.stop()
        #expect(process.death == nil)
        process.stop()
        service.expectNothingLeft()
    }

    @Test("a service that opens late is waited for")
    func opensLate() throws {
        let service = try Service(
            """
            class Late(Handler):
                asked = 0
                def do_GET(self):
                    Late.asked += 1
                    Handler.status = 503 if Late.asked < 4 else 204
                    print("asked", Late.asked, Handler.status)
                    super().do_GET()
            time.sleep(0.2)
            http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Late).serve_forever()
            """)
        let process = try service.start()
        defer { process.stop() }
        #expect(process.log.lastLines == ["asked 1 503", "asked 2 503", "asked 3 503", "asked 4 204"])
    }

    @Test(
        "why a service does not open is told, with the end of its output",
        arguments: [
            ("print('no database')\nsys.exit(3)", "it ended with exit status 3. The end of its output:\n  no database"),
            ("sys.exit(0)", "it ended with exit status 0; it has written nothing"),
            ("os.kill(os.getpid(), 9)", "it ended with signal 9; it has written nothing"),
            ("time.sleep(60)", "after 4 seconds nothing of it listens at port "),
            ("Handler.status = 503\nserve(sys.argv[1])", "after 4 seconds GET /health answered 503"),
            ("print('closed')\nserve(0)", "it listens at 127.0.0.1:"),
        ])
    func doesNotOpen(_ program: String, _ words: String) throws {
        var service = try Service(program)
        // One that ends has all the time of the world; the others would run on.
        if !program.contains("exit") && !program.contains("kill") { service.settings.readyMilliseconds = 4000 }
        let refusal = try #require(service.refusal())
        #expect(refusal.status == .unavailable)
        #expect(refusal.message.contains(words), "\(refusal.message)")
        service.expectNothingLeft()
    }

    @Test("a port that somebody else has is not taken for the service's")
    func portTaken() throws {
        let other = CommandServer { _ in .silence }
        let service = try Service("time.sleep(60)", "url: http://127.0.0.1:\(other.port)")
        let refusal = try #require(service.refusal())
        #expect(refusal.status == .unavailable)
        #expect(refusal.message.contains("somebody else listens at port \(other.port) already"), "\(refusal.message)")
        service.expectNothingLeft()
    }

    @Test(
        "a service whose port somebody takes meanwhile is started again at another",
        arguments: [
            "time.sleep(60)",
            // Ends once it cannot listen.
            "import socket\nwhile socket.socket().connect_ex(('127.0.0.1', int(sys.argv[1]))): pass\nserve(sys.argv[1])",
        ])
    func portTakenMeanwhile(_ afterwards: String) throws {
        let service = try Service(
            """
            if os.path.exists("asked"): serve(sys.argv[1])
            open("asking", "w").write(sys.argv[1])
            os.rename("asking", "asked")
            \(afterwards)
            """)
        let asked = service.folder.path + "/asked"
        let thieves = try TestFolder("thief")
        let path = try thieves.file("thief.py", Service.server + "serve(sys.argv[1])")
        let thief = try Program(
            "/bin/sh", ["-c", "while [ ! -e \(asked) ]; do sleep 0.01; done; exec python3 \(path) $(cat \(asked))"],
            folder: "/", files: "/tmp", environment: ProcessInfo.processInfo.environment)
        let process = try service.start()
        let taken = try String(contentsOfFile: asked, encoding: .utf8)
        #expect("\(process.port)" != taken)
        #expect(process.members.map { "\($0.process)" }.contains(try Service.answer(process)))
        thief.signal(SIGKILL)
        process.stop()
    }

    @Test("whatever it has started goes with it, wherever that went")
    func takesAllAlong() throws {
        let service = try Service(
            """
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
            here = os.getcwd()
            subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done", here])
            subprocess.Popen(["sh", "-c", "sleep 1000 & sleep 1000", here], start_new_session=True)
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execvpe("sleep", ["sleep", "1000"], {})
                os._exit(0)
            serve(sys.argv[1])
            """, "stop: 100ms")
        let process = try service.start()
        #expect(
            TestProcess.eventually { service.processes.count >= 7 },
            "\(service.processes.map(TestProcess.arguments(of:)))")
        process.stop()
        service.expectNothingLeft()
    }

    @Test("a program that puts the service into the background and ends well lives on in it")
    func background() throws {
        let service = try Service(
            """
            if os.fork() > 0: os._exit(0)
            os.setsid()
            serve(sys.argv[1])
            """)
        let process = try service.start()
        #expect(process.death == nil)
        let members = process.members
        #expect(members.count == 1)
        Glibc.kill(members[0].process, SIGKILL)
        #expect(TestProcess.eventually { process.death == .status(0) })
        process.stop()
        service.expectNothingLeft()
    }

    @Test("its own end is seen, with its status and its last words")
    func death() throws {
        let service = try Service(
            """
            def fail():
                while not os.path.exists("fail"): time.sleep(0.01)
                print("out of cheese")
                os._exit(4)
            threading.Thread(target=fail).start()
            serve(sys.argv[1])
            """)
        let process = try service.start()
        #expect(process.death == nil)
        try service.folder.file("fail", "")
        #expect(TestProcess.eventually { process.death == .status(4) })
        #expect(process.log.lastLines == ["out of cheese"])
        process.stop()
    }

    @Test("its output is kept up to a limit, and does not hold it up")
    func printsALot() throws {
        let service = try Service(
            """
            # A first try, whose port was taken, may have written here.
            os.truncate("service.log", 0)
            for _ in range(80): sys.stdout.write("x" * 1023 * 1024 + chr(10))
            while b"(There was more before this" not in open("service.log", "rb").read(): time.sleep(0.01)
            print("ready")
            serve(sys.argv[1])
            """)
        let process = try service.start()
        #expect(process.log.lastLines.last == "ready")
        let text = try String(contentsOfFile: process.log.path, encoding: .utf8)
        #expect(text.utf8.count <= 64 << 20)
        #expect(text.contains("(There was more before this, which was not kept: 64 MiB are the most.)\nxxx"))
        process.stop()
    }

    // MARK: What it is told

    @Test("every value reaches the program, and a password no message")
    func values() throws {
        var service = try Service(
            """
            print("at", os.environ["AT"], os.environ["HOST"], os.environ["OWN"], os.environ["DATA"], os.environ["PORT"])
            open(os.environ["DATA"] + "/mark", "w")
            print("cwd", os.getcwd())
            sys.exit(1)
            """,
            """
            env:
                AT: "{redis}"
                HOST: "{redis-host}:{redis-port}:{redis-password}"
                OWN: $OWN_VALUE
                DATA: "{run}"
                PORT: "p{port}{{"
            """)
        service.settings.environment["OWN_VALUE"] = "of mine"
        service.settings.redis = RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: 7), password: "s3cr3t-horse")
        let refusal = try #require(service.refusal())
        #expect(!refusal.message.contains("s3cr3t"), "\(refusal.message)")
        #expect(
            refusal.message.contains("at redis://default:…@127.0.0.1:7 127.0.0.1:7:… of mine"), "\(refusal.message)")
        let log = try String(contentsOfFile: service.settings.logPath, encoding: .utf8)
        #expect(
            log.contains(
                "redis://default:s3cr3t-horse@127.0.0.1:7 127.0.0.1:7:s3cr3t-horse of mine \(service.folder.path)/data p"
            ))
        #expect(log.contains("cwd \(service.folder.path)\n"))
        #expect(FileManager.default.fileExists(atPath: service.folder.path + "/data/mark"))
    }

    @Test(
        "what does not fit this machine is a mistake of the file",
        arguments: [
            (
                "env: { X: $NO_SUCH_VARIABLE }",
                "shop.yaml:3: service: env: X: the environment variable NO_SUCH_VARIABLE is not set"
            ),
            ("url: http://example.com:80", "what start: starts is on this machine, and http://example.com:80 is not"),
            ("folder: nowhere", "/nowhere is not a folder"),
        ])
    func doesNotFit(_ more: String, _ words: String) throws {
        let refusal = try #require(try Service("serve(sys.argv[1])", more).refusal())
        #expect(refusal.status == .usage && refusal.message.contains(words), "\(refusal.message)")
    }

    // MARK: Whatever ends us

    @Test("nothing of it is left where somebody kills its keeper")
    func keeperIsKilled() throws {
        let service = try Service(
            """
            subprocess.Popen(["sh", "-c", "trap '' TERM HUP; while :; do sleep 0.1; done", os.getcwd()], start_new_session=True)
            serve(sys.argv[1])
            """)
        let process = try service.start()
        #expect(TestProcess.eventually { process.members.count >= 2 })
        Glibc.kill(process.keeperProcess, SIGKILL)
        #expect(TestProcess.eventually { process.death != nil })
        process.stop()
        service.expectNothingLeft(withinSeconds: 1)
    }
}
