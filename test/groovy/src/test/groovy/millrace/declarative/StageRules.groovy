package millrace.declarative

import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.Statement

/** What the Declarative validator demands of `stages`, `stage`, `parallel` and `matrix`. */
class StageRules {
    private static final List<String> WORK = ['steps', 'stages', 'parallel', 'matrix']
    private static final List<String> SECTIONS =
        WORK + ['agent', 'environment', 'failFast', 'input', 'options', 'post', 'tools', 'when']
    private final DeclarativeValidator validator
    private final Set<String> names

    StageRules(DeclarativeValidator validator, Set<String> names = new HashSet<>()) {
        this.validator = validator
        this.names = names
    }

    /** @param nested whether a parallel or matrix lies around it. */
    void checkStages(MethodCallExpression section, boolean nested) {
        def isParallel = section.methodAsString == 'parallel'
        def statements = validator.checkBlock(section, 'No stages specified')
        // Jenkins says this one twice.
        if (isParallel && !statements) validator.error('No stages specified', section)
        for (Statement s : statements) {
            def c = Ast.call(s)
            if (!isStage(c)) {
                validator.error('Expected a stage', s)
                continue
            }
            if (!names.add(nameOf(c))) validator.error("Duplicate stage name: \"${nameOf(c)}\"", section)
            checkStage(c, nested || isParallel, isParallel)
        }
    }

    private static boolean isStage(MethodCallExpression c) {
        c && Ast.onThis(c) && c.methodAsString == 'stage' && Ast.block(c) && Ast.plainArgs(c).size() == 1 &&
            Ast.isText(Ast.plainArgs(c)[0])
    }

    private static String nameOf(MethodCallExpression c) { Ast.plainArgs(c)[0].text }

    private void checkStage(MethodCallExpression stage, boolean nested, boolean inParallel) {
        Map<String, MethodCallExpression> found = [:]
        for (Statement s : Ast.statements(Ast.block(stage))) {
            def c = Ast.call(s)
            if (!c || !Ast.onThis(c)) {
                validator.error('Not a valid stage section definition. Some extra configuration is required.', s)
            } else if (!(c.methodAsString in SECTIONS)) {
                validator.error("Unknown stage section \"${c.methodAsString}\". Starting with version 0.5, steps in a stage must be in a 'steps' block.", c)
            } else if (found.containsKey(c.methodAsString)) {
                validator.error("Multiple occurrences of the ${c.methodAsString} section", c)
            } else {
                found[c.methodAsString] = c
            }
        }
        checkCombination(stage, found, nested)
        found.each { name, c -> checkSection(name, c, nested) }
    }

    private void checkCombination(MethodCallExpression stage, Map<String, MethodCallExpression> found, boolean nested) {
        def name = nameOf(stage)
        def work = WORK.findAll { found[it] }
        def fan = found.parallel ?: found.matrix
        if (!work) validator.error("One of \"matrix\", \"parallel\", \"stages\", or \"steps\" must be given for stage \"$name\"", stage)
        if (work.size() > 1) validator.error("Only one of \"matrix\", \"parallel\", \"stages\", or \"steps\" allowed for stage \"$name\"", stage)
        if (fan && nested) validator.error('"matrix" or "parallel" cannot be nested inside another "matrix" or "parallel".', fan)
        ['agent', 'tools'].each {
            if (fan && found[it]) {
                validator.error("\"$it\" is not allowed in stage \"$name\" as it contains parallel or matrix stages", found[it])
            }
        }
        if (found.failFast && !fan) validator.error('"failFast" needs "parallel" or "matrix"', found.failFast)
    }

    private void checkSection(String name, MethodCallExpression c, boolean nested) {
        switch (name) {
            case 'stages': checkStages(c, nested); break
            case 'parallel': if (!nested) checkStages(c, true); break
            case 'matrix': checkMatrix(c); break
            case 'steps': new StepRules(validator).checkSteps(c); break
            case 'post': new StepRules(validator).checkPost(c); break
            case 'when': new WhenRules(validator).check(c); break
            case 'agent': validator.checkAgent(c); break
            case 'environment': validator.checkEnvironment(c); break
            case 'options': validator.checkCalls(c, 'option', Signatures.STAGE_OPTIONS); break
            case 'tools': validator.checkTools(c); break
            case 'input': checkInput(c); break
            case 'failFast': checkBoolean(c); break
        }
    }

    private void checkBoolean(MethodCallExpression c) {
        def args = Ast.args(c)
        if (args.size() != 1 || !(Ast.constant(args[0]) instanceof Boolean)) validator.error('Expected a boolean', c)
    }

    private void checkInput(MethodCallExpression section) {
        def found = []
        for (Statement s : validator.checkBlock(section)) {
            def c = Ast.call(s)
            if (!c) { validator.error('Expected an input field', s); continue }
            found << c.methodAsString
            if (c.methodAsString == 'parameters') validator.checkCalls(c, 'parameter', Signatures.PARAMETERS)
            else if (!(c.methodAsString in ['message', 'ok', 'id', 'submitter', 'submitterParameter'])) {
                validator.error("Undefined input field \"${c.methodAsString}\"", c)
            }
        }
        if (!('message' in found)) validator.error('Missing required parameter: "message"', section)
    }

    private void checkMatrix(MethodCallExpression section) {
        Map<String, MethodCallExpression> found = [:]
        validator.checkBlock(section).each { s -> def c = Ast.call(s); if (c) found[c.methodAsString] = c }
        if (!found.axes) validator.error('Missing required section "axes"', section)
        if (!found.stages) validator.error('Missing required section "stages"', section)
        if (found.axes) checkAxes(found.axes)
        if (found.stages) checkStages(found.stages, true)
    }

    private void checkAxes(MethodCallExpression axes) {
        Map<String, Expression> first = [:]
        for (Statement s : validator.checkBlock(axes)) {
            def axis = Ast.call(s)
            def fields = axis && Ast.block(axis) ? Ast.statements(Ast.block(axis)).collectEntries {
                def c = Ast.call(it)
                [(c?.methodAsString): c]
            } : [:]
            if (!fields.name || !(fields.values ?: fields.notValues)) { validator.error('Expected an axis', s); continue }
            def name = Ast.args(fields.name)[0]
            if (first.containsKey(name.text)) validator.error("Duplicate axis name: \"${name.text}\"", first[name.text])
            else first[name.text] = name
        }
    }
}
