package millrace.sandbox

import millrace.declarative.Ast
import org.codehaus.groovy.ast.*
import org.codehaus.groovy.ast.expr.*

/**
 * Finds in a Job DSL script what Jenkins' sandboxed loader refuses: unknown methods (by JobDslVocabulary),
 * `configure`, constructors, static calls; and, for generated text, interpolation. A job must follow its folder. A loop
 * walks a literal list, and a call is never named like one of its variables: that would call the variable.
 */
class JobDslCheck extends CodeVisitorSupport {
    static final List<String> ITEMS = ['folder', 'pipelineJob', 'multibranchPipelineJob', 'freeStyleJob', 'listView']
    private static final List<String> LOOPS = ['each', 'eachWithIndex', 'times', 'collect']
    private final List<Finding> findings = []
    /** Variable of a loop -> the texts that it walks through. */
    private final Map<String, List> walked = [:]
    private final List<String> variables = []

    /** @param folders full names of folders that exist before this script runs (earlier files of the same seed). */
    static List<Finding> check(String text, JobDslVocabulary vocabulary, Collection<String> folders = []) {
        def check = new JobDslCheck()
        try {
            Ast.parse(text).statementBlock.visit(check)
            def known = new HashSet<String>(folders)
            JobDslVocabulary.walk(text) { String block, MethodCallExpression c ->
                if (!(c.methodAsString in vocabulary.allowed[block])) {
                    check.find(c, 'unknown method', "${c.methodAsString} is not known in ${block ?: 'the script'}")
                }
                if (block == '' && c.methodAsString in ITEMS) check.checkItem(c, known)
            }
        } catch (Ast.SyntaxErrors e) {
            return e.errors.collect { new Finding(0, 0, 'syntax', it) }
        }
        return check.findings
    }

    /** Full names of the folders that a script makes. */
    static Set<String> foldersOf(String text) {
        def names = [] as Set
        JobDslVocabulary.walk(text) { String block, MethodCallExpression c ->
            if (c.methodAsString == 'folder') names << Ast.constant(Ast.args(c)[0])
        }
        return names
    }

    private void find(ASTNode where, String rule, String message) {
        findings << new Finding(where.lineNumber, where.columnNumber, rule, message)
    }

    private void checkItem(MethodCallExpression c, Set<String> folders) {
        def given = Ast.args(c)[0]
        def names = given instanceof VariableExpression ? walked[given.name] ?: [] : [Ast.constant(given)]
        if (given instanceof VariableExpression && !names) find(c, 'name', "${given.name} is no variable of a loop")
        names.each { if (it != null) checkName(c, it as String, folders) }
    }

    private void checkName(MethodCallExpression c, String name, Set<String> folders) {
        def parts = name.tokenize('/')
        if (parts.any { it ==~ /.*[?*\\%!@#$^&|<>\[\]:;].*/ || it in ['.', '..'] || it.endsWith('.') }) {
            find(c, 'name', "'$name' is no name for Jenkins")
        }
        def parent = parts.init().join('/')
        if (parent && !(parent in folders)) find(c, 'order', "'$name' comes before its folder '$parent'")
        if (c.methodAsString == 'folder') folders << name
    }

    @Override
    void visitMethodCallExpression(MethodCallExpression e) {
        if (e.methodAsString == 'configure') find(e, 'configure', 'configure is refused in the sandbox')
        if (!e.implicitThis && !(e.methodAsString in LOOPS && isLiteral(e.objectExpression))) {
            find(e, 'call', "${e.text} is a call on an object or a class")
        }
        if (e.implicitThis && e.methodAsString in variables) find(e, 'variable', "${e.methodAsString} is a variable here")
        if (e.objectExpression instanceof ListExpression && Ast.block(e)) walk(e.objectExpression, Ast.block(e))
        super.visitMethodCallExpression(e)
    }

    /** A row is a constant, or a list of as many constants as the loop has variables. */
    private void walk(ListExpression rows, ClosureExpression body) {
        def names = body.parameters ? body.parameters*.name : ['it']
        def cells = rows.expressions.collect { it instanceof ListExpression ? it.expressions : [it] }
        cells.findAll { it.size() != names.size() || it.any { !(it instanceof ConstantExpression) } }
            .each { find(it[0] ?: rows, 'row', "expected ${names.size()} constants") }
        names.eachWithIndex { name, i -> walked[name] = cells.collect { Ast.constant(it[i]) } }
    }

    @Override
    void visitClosureExpression(ClosureExpression e) {
        def own = e.parameters ? e.parameters*.name : []
        variables.addAll(own)
        super.visitClosureExpression(e)
        own.each { variables.remove(variables.size() - 1) }
    }

    @Override
    void visitPropertyExpression(PropertyExpression e) {
        find(e, 'property', "${e.text} reads an object or a class")
        super.visitPropertyExpression(e)
    }

    private static boolean isLiteral(Expression e) {
        e instanceof ListExpression || e instanceof MapExpression || e instanceof ConstantExpression
    }

    @Override
    void visitConstructorCallExpression(ConstructorCallExpression e) {
        find(e, 'constructor', "new ${e.type.nameWithoutPackage} is refused in the sandbox")
        super.visitConstructorCallExpression(e)
    }

    @Override
    void visitStaticMethodCallExpression(StaticMethodCallExpression e) {
        find(e, 'static call', "${e.text} is refused in the sandbox")
        super.visitStaticMethodCallExpression(e)
    }

    @Override
    void visitGStringExpression(GStringExpression e) {
        find(e, 'interpolation', 'generated text interpolates nothing')
        super.visitGStringExpression(e)
    }
}
