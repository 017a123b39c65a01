package millrace.sandbox

import millrace.declarative.Ast
import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*

/**
 * Finds values that are held while a step runs and cannot be saved with the build: Matchers and ranges. A build
 * that holds one dies with NotSerializableException, at the step, not at the place that made it.
 */
class KeptValues extends CodeVisitorSupport {
    private final List<Finding> findings = []

    static List<Finding> find(Statement body) {
        def v = new KeptValues()
        body?.visit(v)
        return v.findings
    }

    @Override
    void visitBlockStatement(BlockStatement block) {
        block.statements.eachWithIndex { s, i ->
            def e = Ast.expression(s)
            if (e instanceof DeclarationExpression && kind(e.rightExpression) && waits(block.statements.drop(i + 1))) {
                report(e, "a ${kind(e.rightExpression)} is kept in a variable while a step runs")
            }
        }
        super.visitBlockStatement(block)
    }

    @Override
    void visitForLoop(ForStatement loop) {
        if (kind(loop.collectionExpression) && waits([loop.loopBlock])) {
            report(loop, 'a range is walked while a step runs; count with for (int i = 0; i < n; i++)')
        }
        super.visitForLoop(loop)
    }

    @Override
    void visitMethodCallExpression(MethodCallExpression c) {
        def body = Ast.block(c)
        if (kind(c.objectExpression) == 'range' && body && waits([body.code])) {
            report(c, 'a range is walked while a step runs; use times or a counting loop')
        }
        super.visitMethodCallExpression(c)
    }

    private void report(ASTNode where, String message) {
        findings << new Finding(where.lineNumber, where.columnNumber, 'not serialisable', message)
    }

    private static String kind(Expression e) {
        if (e instanceof RangeExpression) return 'range'
        if (e instanceof BinaryExpression && e.operation.text == '=~') return 'Matcher'
        if (e instanceof MethodCallExpression && e.methodAsString in ['matcher', 'stream', 'iterator', 'listIterator']) {
            return e.methodAsString == 'matcher' ? 'Matcher' : e.methodAsString
        }
        return null
    }

    /** Whether something here calls what may be a step that waits. */
    private static boolean waits(List<Statement> statements) {
        boolean found = false
        def visitor = new CodeVisitorSupport() {
            @Override
            void visitMethodCallExpression(MethodCallExpression c) {
                if (c.implicitThis && !(c.methodAsString in SandboxRules.IMMEDIATE)) found = true
                super.visitMethodCallExpression(c)
            }
        }
        statements.each { it.visit(visitor) }
        return found
    }
}
