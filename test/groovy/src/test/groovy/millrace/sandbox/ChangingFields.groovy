package millrace.sandbox

import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.DeclarationExpression
import org.codehaus.groovy.ast.expr.VariableExpression

/** Names of a script's `@Field`s that it sets after their declaration. */
class ChangingFields extends CodeVisitorSupport {
    private final Set<String> declared = []
    private final Set<String> set = []

    static Set<String> of(ModuleNode module) {
        def v = new ChangingFields()
        module.statementBlock.visit(v)
        module.methods.each { it.code?.visit(v) }
        return v.set.intersect(v.declared) as Set
    }

    @Override
    void visitDeclarationExpression(DeclarationExpression e) {
        if (e.annotations.any { it.classNode.nameWithoutPackage == 'Field' }) declared << e.variableExpression.name
        e.rightExpression.visit(this)
    }

    @Override
    void visitBinaryExpression(BinaryExpression e) {
        if (e.operation.text == '=' && e.leftExpression instanceof VariableExpression) set << e.leftExpression.name
        super.visitBinaryExpression(e)
    }
}
