import FlashSale
import Fleet
import Foundation
import TestSupport
import Testing

/// The engine on a `kubectl` that starts programs here, with one in the place of the worker.
struct KubernetesEngineTests {
    private let files: TestFolder

    init() throws { files = try TestFolder("kubernetes-engine") }

    private func engine(
        _ kubectl: TestKubectl, _ place: String = "shop/app=stress", container: String? = nil, binary: String? = nil
    ) throws -> KubernetesEngine {
        KubernetesEngine(
            try KubernetesPlace(place), container: container, remoteBinary: binary, executable: StressBinary.path,
            environment: ["PATH": kubectl.path], note: { _ in })
    }

    private func failure(_ engine: KubernetesEngine, workers: Int) -> RunError? {
        var engine = engine
        return #expect(throws: RunError.self) { try engine.prepare(workers: workers) }
    }

    /// In pods by their numbers, one in each, and more where there are more workers.
    @Test func workersAreDealtToPods() throws {
        let kubectl = try TestKubectl(pods: ["w-10", "w-2", "w-1"])
        var engine = try engine(kubectl)
        try engine.prepare(workers: 2)
        #expect((0..<2).map { engine.launch(worker: $0).machine } == ["w-1", "w-2"])
        try engine.prepare(workers: 4)
        #expect((0..<4).map { engine.launch(worker: $0).machine } == ["w-1", "w-2", "w-10", "w-1"])
        #expect(
            kubectl.calls.first == "get pods --selector=app=stress --output=json --namespace=shop --request-timeout=20s"
        )
        #expect(
            engine.launch(worker: 0).arguments.dropFirst(3) == [
                "exec", "--stdin", "--namespace=shop", "w-1", "--container=stress", "--", "/usr/bin/stress", "worker",
                "--remote",
            ])
        engine.close()
    }

    @Test func aWorkerHearsAndEnds() throws {
        let kubectl = try TestKubectl(pods: ["w-0"])
        let echo = try files.script("echo", "echo \"here $*\"; exec cat")
        var engine = try engine(kubectl, binary: echo)
        try engine.prepare(workers: 1)
        let worker = try CarriedWorker(engine.launch(worker: 0), environment: ["PATH": kubectl.path], files: files)
        #expect(worker.says("here worker --remote\n"), "\(worker.program.errors)")
        worker.program.tell("a line\n")
        #expect(worker.says("a line\n"))
        worker.program.closeInput()
        #expect(worker.program.wait() == .init(exitCode: 0))
        engine.close()
    }

    /// Before the doors and afterwards: what was prepared may be gone when a worker is started.
    @Test func aPodThatIsGoneAndAnImageWithoutUsAreSaid() throws {
        let kubectl = try TestKubectl(pods: ["w-0"])
        var engine = try engine(kubectl, binary: "/nowhere/stress")
        try engine.prepare(workers: 1)
        for (pods, words) in [
            (["w-0"], "no /nowhere/stress in the image of the pod w-0"), (["w-1"], "the pod w-0 is gone"),
        ] {
            try kubectl.set(pods: pods.map { TestKubectl.pod($0) })
            let worker = try CarriedWorker(engine.launch(worker: 0), environment: ["PATH": kubectl.path], files: files)
            let ending = worker.program.wait()
            let reason = engine.reason(worker: 0, exitCode: ending?.exitCode, errors: worker.program.errors)
            #expect(reason?.contains(words) == true, "\(reason ?? "nothing")")
        }
        engine.close()
    }

    @Test func podsThatAreNotReadyAreNamed() throws {
        let kubectl = try TestKubectl(pods: [])
        try kubectl.set(pods: [
            TestKubectl.pod("w-0"),
            TestKubectl.pod("w-1", phase: "Pending", isReady: false, condition: "0/4 nodes are available"),
            TestKubectl.pod("old", phase: "Succeeded", isReady: false),
        ])
        let error = failure(try engine(kubectl), workers: 2)
        #expect(error?.status == .unavailable)
        #expect(error?.message.contains("w-1 is Pending: 0/4 nodes are available") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("kubectl wait -n shop -l app=stress") == true)
        try kubectl.set(pods: [TestKubectl.pod("w-0", phase: "Pending", isReady: false, waiting: "ImagePullBackOff")])
        #expect(failure(try engine(kubectl), workers: 5)?.message.contains("w-0 is Pending: ImagePullBackOff") == true)
        try kubectl.set(pods: [TestKubectl.pod("w-0", isDeleted: true)])
        #expect(failure(try engine(kubectl), workers: 1)?.message.contains("w-0 is being deleted") == true)
        // One that is not needed need not be ready.
        try kubectl.set(pods: [TestKubectl.pod("w-0"), TestKubectl.pod("w-1", phase: "Pending", isReady: false)])
        var sufficient = try engine(kubectl)
        try sufficient.prepare(workers: 1)
    }

    @Test func noPodsAndNoNamespaceAreToldApart() throws {
        let kubectl = try TestKubectl(pods: [])
        #expect(
            failure(try engine(kubectl), workers: 1)?.message.contains("no pod of shop has the label app=stress")
                == true)
        try kubectl.removeNamespace()
        #expect(failure(try engine(kubectl), workers: 1)?.message.contains("there is no namespace shop") == true)
    }

    @Test func whatKubectlSaysIsSaid() throws {
        let kubectl = try TestKubectl(pods: ["w-0"])
        try kubectl.fail("get", "error: You must be logged in to the server (Unauthorized)\n")
        let error = failure(try engine(kubectl), workers: 1)
        #expect(error?.status == .unavailable && error?.message.contains("has the token expired") == true)
        var missing = KubernetesEngine(
            try KubernetesPlace("shop/app=stress"), executable: StressBinary.path, environment: ["PATH": files.path],
            note: { _ in })
        let reason = #expect(throws: RunError.self) { try missing.prepare(workers: 1) }
        #expect(reason?.status == .unavailable && reason?.message.contains("kubectl is wanted") == true)
    }

    @Test func theContainerMustBeClear() throws {
        let kubectl = try TestKubectl(pods: [])
        for (containers, usual, named, found) in [
            (["a"], nil, nil, "a"), (["a", "stress"], nil, nil, "stress"), (["a", "b"], "b", nil, "b"),
            (["a", "b"], nil, "a", "a"),
            (["a", "b"], nil, nil, nil), (["a", "b"], nil, "c", nil),
        ] as [([String], String?, String?, String?)] {
            try kubectl.set(pods: [TestKubectl.pod("w-0", containers: containers, defaultContainer: usual)])
            var engine = try engine(kubectl, container: named)
            if let found {
                try engine.prepare(workers: 1)
                #expect(engine.launch(worker: 0).arguments.contains("--container=\(found)"))
            } else {
                let error = failure(engine, workers: 1)
                #expect(error?.status == .usage && error?.message.contains("a, b") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test(arguments: ["shop", "/app=x", "shop/", "-n/app=x", "Shop/app=x", "shop/app=x y", "a.b/app=x"])
    func whatIsNoPlaceIsRefused(_ text: String) {
        let error = #expect(throws: RunError.self) { try KubernetesPlace(text) }
        #expect(error?.status == .usage)
    }

    @Test func aLabelMayHoldSlashes() throws {
        let place = try KubernetesPlace("shop/app.kubernetes.io/name=stress")
        #expect(place.namespace == "shop" && place.selector == "app.kubernetes.io/name=stress")
    }
}
