internal import Strategies

/// What a reading of the scripts gives reason to doubt, with the place of each.
enum ScriptWarnings {
    static func of(_ strategy: Strategy) -> [RehearsalWarnings.Warning] {
        (strategy.scripts + strategy.libraries).flatMap { script in
            LuaReading(script.text).warnings.map { found in
                let place =
                    script.companion.map { "\($0):\(found.line)" }
                    ?? "\(strategy.file): \(script.name), line \(found.line)"
                return RehearsalWarnings.Warning(found.name, at: place, message: found.message)
            }
        }
    }
}
