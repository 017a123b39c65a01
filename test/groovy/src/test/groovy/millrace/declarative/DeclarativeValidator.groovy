package millrace.declarative

import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.Statement

/**
 * A stand-in for the validator of Jenkins' Declarative plugin, held against answers recorded from a real
 * Jenkins 2.541.3 (test/fixtures/real-jenkins/declarative.json). It works on the same syntax tree.
 */
class DeclarativeValidator {
    static final List<String> SECTIONS =
        ['agent', 'environment', 'libraries', 'options', 'parameters', 'post', 'stages', 'tools', 'triggers']

    final List<String> errors = []

    /** Verdict `valid`, `invalid` or `not declarative`, and the errors in Jenkins' own words where known. */
    static Map<String, Object> judge(String text) {
        def validator = new DeclarativeValidator()
        def verdict
        try {
            verdict = validator.judgeModule(text)
        } catch (Ast.SyntaxErrors e) {
            return [verdict: 'invalid', errors: e.errors]
        }
        return [verdict: verdict, errors: validator.errors]
    }

    private String judgeModule(String text) {
        def pipelines = Ast.parse(text).statementBlock.statements.collect { Ast.call(it) }
            .findAll { it && Ast.onThis(it) && it.methodAsString == 'pipeline' && Ast.block(it) }
        if (!pipelines) return 'not declarative'
        pipelines.each { checkPipeline(it) }
        return errors ? 'invalid' : 'valid'
    }

    void error(String message, where) { errors << "$message ${Ast.at(where)}".toString() }

    private void checkPipeline(MethodCallExpression pipeline) {
        Map<String, MethodCallExpression> found = [:]
        for (Statement s : Ast.statements(Ast.block(pipeline))) {
            def c = Ast.call(s)
            if (!c || !Ast.onThis(c)) {
                error('Not a valid section definition. Some extra configuration is required.', s)
            } else if (!(c.methodAsString in SECTIONS)) {
                error("Undefined section \"${c.methodAsString}\"", c)
            } else if (found.containsKey(c.methodAsString)) {
                error("Multiple occurrences of the ${c.methodAsString} section", c)
            } else {
                found[c.methodAsString] = c
            }
        }
        ['stages', 'agent'].each { if (!found[it]) error("Missing required section \"$it\"", pipeline) }
        found.each { name, c -> checkSection(name, c) }
    }

    private void checkSection(String name, MethodCallExpression c) {
        switch (name) {
            case 'agent': checkAgent(c); break
            case 'stages': new StageRules(this).checkStages(c, false); break
            case 'post': new StepRules(this).checkPost(c); break
            case 'environment': checkEnvironment(c); break
            case 'options': checkCalls(c, 'option', Signatures.OPTIONS); break
            case 'triggers': checkCalls(c, 'trigger', Signatures.TRIGGERS); break
            case 'parameters': checkCalls(c, 'parameter', Signatures.PARAMETERS); break
            case 'tools': checkTools(c); break
            case 'libraries': checkBlock(c); break
        }
    }

    /** The statements of a section's block; an absent or empty block is an error. */
    List<Statement> checkBlock(MethodCallExpression c, String empty = "${c.methodAsString} can not be empty") {
        if (!Ast.block(c) || Ast.plainArgs(c)) {
            error('Expected a block', c)
            return []
        }
        def all = Ast.statements(Ast.block(c))
        if (!all) error(empty, c)
        return all
    }

    void checkAgent(MethodCallExpression c) {
        def types = ['any', 'docker', 'dockerfile', 'label', 'none']
        def missing = { error("No agent type specified. Must be one of $types", c) }
        def args = Ast.args(c)
        if (args.size() != 1) { error('Expected an agent', c); missing(); return }
        if (args[0] instanceof VariableExpression) {
            if (!(args[0].name in ['any', 'none'])) error("Invalid agent type \"${args[0].name}\" specified. Must be one of $types", c)
            return
        }
        def inner = args[0] instanceof ClosureExpression ? Ast.statements(args[0]).collect { Ast.call(it) } : []
        if (inner.size() != 1 || !inner[0]) { error('Expected an agent', c); missing(); return }
        def type = inner[0].methodAsString
        if (!(type in ['docker', 'dockerfile', 'label', 'node'])) {
            error("Invalid agent type \"$type\" specified. Must be one of $types", c)
        } else if (type == 'label' && !(Ast.args(inner[0]).size() == 1 && Ast.isText(Ast.args(inner[0])[0]))) {
            error('Expecting a label as text', inner[0])
        }
    }

    void checkEnvironment(MethodCallExpression c) {
        for (Statement s : checkBlock(c, 'No variables specified for environment')) {
            def e = Ast.expression(s)
            if (!(e instanceof BinaryExpression) || e.operation.text != '=' || !(e.leftExpression instanceof VariableExpression)) {
                error('Expected name=value pairs', s)
            } else if (!(e.leftExpression.name ==~ /[a-zA-Z_][a-zA-Z0-9_]*/)) {
                error("\"${e.leftExpression.name}\" is not a valid environment variable name", s)
            } else if (!isEnvironmentValue(e.rightExpression)) {
                error('Environment variable values must either be single quoted, double quoted, or function calls.', s)
            }
        }
    }

    private boolean isEnvironmentValue(Expression e) {
        if (e instanceof MethodCallExpression) {
            return e.methodAsString != 'credentials' || Ast.args(e).size() == 1
        }
        if (e instanceof BinaryExpression) {
            return e.operation.text == '+' && isEnvironmentValue(e.leftExpression) && isEnvironmentValue(e.rightExpression)
        }
        return e instanceof ConstantExpression && e.value != null || e instanceof GStringExpression
    }

    /** A section that lists calls out of a known vocabulary: options, triggers, parameters. */
    void checkCalls(MethodCallExpression section, String kind, Map<String, Signatures.Signature> known) {
        for (Statement s : checkBlock(section)) {
            def c = Ast.call(s)
            if (!c || !Ast.onThis(c)) {
                error("Expected a${kind == 'option' ? 'n' : ''} $kind", s)
            } else if (!known.containsKey(c.methodAsString)) {
                error("Invalid $kind type \"${c.methodAsString}\". Valid $kind types: ${known.keySet()}", c)
            } else {
                known[c.methodAsString].check(c, this)
            }
        }
    }

    void checkTools(MethodCallExpression section) {
        for (Statement s : checkBlock(section)) {
            def c = Ast.call(s)
            if (!c) error('Expected a tool', s)
            else if (!(c.methodAsString in Signatures.TOOLS)) {
                error("Invalid tool type \"${c.methodAsString}\". Valid tool types: ${Signatures.TOOLS}", c)
            }
        }
    }
}
