/// The scripts by which shells complete commands, options and values, out of the commands' declarations.
enum Completions {
    /// Completes in bash, with nothing but bash.
    static var bash: String {
        let commands = Commands.all
        let verbs = Commands.groups.compactMap { group -> String? in
            let verbs = Commands.verbs(of: group)
            return verbs.isEmpty ? nil : "        \(group)) verbs='\(verbs.joined(separator: " "))' ;;"
        }
        let options = commands.map { command in
            let names = command.declarations.map { "--\($0.name)" } + ["--help"]
            let choices = command.operands.flatMap(\.choices).joined(separator: " ")
            return "        '\(command.name)') options='\(names.joined(separator: " "))' choices='\(choices)' ;;"
        }
        let values = commands.flatMap { command in
            command.declarations.filter { !$0.choices.isEmpty }.map {
                "        '\(command.name) --\($0.name)') choices='\($0.choices.joined(separator: " "))' options= ;;"
            }
        }
        let paths = commands.flatMap { command in
            command.declarations.filter { !$0.isFlag && $0.choices.isEmpty }.map { "'\(command.name) --\($0.name)'" }
        }
        return """
            # Completes nightjar in bash: source it, or put it into /usr/share/bash-completion/completions/nightjar.
            _nightjar() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                local name=${COMP_WORDS[1]} verbs= options= choices=
                if ((COMP_CWORD == 1)); then
                    COMPREPLY=($(compgen -W '\(Commands.groups.joined(separator: " ")) --help --version' -- "$current"))
                    return
                fi
                case $name in
            \(verbs.joined(separator: "\n"))
                esac
                if [[ $verbs ]]; then
                    if ((COMP_CWORD == 2)); then
                        COMPREPLY=($(compgen -W "$verbs --help" -- "$current"))
                        return
                    fi
                    name+=" ${COMP_WORDS[2]}"
                fi
                case $name in
            \(options.joined(separator: "\n"))
                esac
                case "$name $previous" in
            \(values.joined(separator: "\n"))
                    \(paths.joined(separator: " \\\n            | "))) choices= options= ;;
                esac
                if [[ $current == -* ]]; then
                    COMPREPLY=($(compgen -W "$options" -- "$current"))
                elif [[ $choices ]]; then
                    COMPREPLY=($(compgen -W "$choices" -- "$current"))
                else
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -f -- "$current")
                fi
            }
            complete -F _nightjar nightjar
            """
    }

    // MARK: - zsh

    /// Completes in zsh.
    static var zsh: String {
        let groups = Commands.groups.map { group -> String in
            let commands = Commands.named(group)
            let summary = commands.count == 1 ? commands[0].summary : Commands.verbs(of: group).joined(separator: ", ")
            return "        \(quoted("\(group):\(summary)"))"
        }
        let cases = Commands.groups.map { group -> String in
            let commands = Commands.named(group)
            guard !Commands.verbs(of: group).isEmpty else {
                return "        \(group))\n\(arguments(commands[0], shifted: 1))\n            ;;"
            }
            let verbs = commands.map { quoted("\($0.name.dropFirst(group.count + 1)):\($0.summary)") }
            let cases = commands.map {
                "            \($0.name.dropFirst(group.count + 1)))\n\(arguments($0, shifted: 2))\n                ;;"
            }
            return """
                        \(group))
                            if (( CURRENT == 3 )); then
                                names=(\(verbs.joined(separator: " ")))
                                _describe verb names
                                return
                            fi
                            case $words[3] in
                \(cases.joined(separator: "\n"))
                            esac
                            ;;
                """
        }
        return """
            #compdef nightjar
            # Completes nightjar in zsh: put it into a folder of $fpath as _nightjar.
            _nightjar() {
                local -a names
                if (( CURRENT == 2 )); then
                    names=(
            \(groups.joined(separator: "\n"))
                    )
                    _describe command names
                    return
                fi
                case $words[2] in
            \(cases.joined(separator: "\n"))
                esac
            }
            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _nightjar "$@"; else compdef _nightjar nightjar; fi
            """
    }

    private static func arguments(_ command: any Command.Type, shifted words: Int) -> String {
        let indent = String(repeating: " ", count: 4 + 8 * words)
        let options = command.declarations.map { option -> String in
            let head = (option.isRepeatable ? "*" : "") + "--\(option.name)"
            let help = "[\(escaped(option.help))]"
            guard let valueName = option.valueName else { return quoted(head + help) }
            let values = option.choices.isEmpty ? "_files" : "(\(option.choices.joined(separator: " ")))"
            let colon = option.isValueOptional ? "::" : ":"
            return quoted("\(head)=\(help)\(colon)\(escaped(valueName)):\(values)")
        }
        let operands = command.operands.map { operand -> String in
            let values = operand.choices.isEmpty ? "_files" : "(\(operand.choices.joined(separator: " ")))"
            let count = operand.count == .many ? "*" : ""
            return quoted("\(count):\(escaped(operand.name)):\(values)")
        }
        let all = options + [quoted("--help[prints help]")] + operands
        return "\(indent)shift \(words) words; (( CURRENT -= \(words) ))\n\(indent)_arguments "
            + all.joined(separator: " \\\n\(indent)    ")
    }

    /// In single quotes, as both shells have them.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    /// What means something to `_arguments`.
    private static func escaped(_ text: String) -> String {
        text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
